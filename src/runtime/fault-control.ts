import { checkFaultRules, type FaultContext } from '../core/check-fault-rules.ts';
import { explainFault } from '../core/explain-fault.ts';
import type { FaultRule } from '../core/fault.ts';
import type { FaultInput } from '../core/fault-input.ts';
import type { ActiveFault, State } from '../core/state.ts';
import type { Input } from '../core/types.ts';

/** A rule in force, and how often it had its turn. */
export interface FaultView {
  name: string;
  /** What it does, in one sentence. */
  explain: string;
  /** How often something matched it that no earlier rule had taken. */
  matched: number;
  /** How often it happened. */
  fired: number;
  rule: FaultRule;
}

export interface FaultControlOptions {
  state(): State;
  dispatch(input: Input): unknown;
  context: FaultContext;
}

/** The fault rules of a running mock, as its user holds them. `Type` is what names event types. */
export class FaultControl<Type extends string = string> {
  readonly #options: FaultControlOptions;

  constructor(options: FaultControlOptions) {
    this.#options = options;
  }

  /**
   * Adds rules; those in force are asked before them and go on counting. All are checked before the first is added.
   * @throws FAULT_RULE, FAULT_NEVER_FIRES, UNKNOWN_EVENT_TYPE
   */
  add(...inputs: (FaultInput<Type> | string)[]): FaultView[] {
    const existing = this.#active().map(({ rule }) => rule);
    const rules = checkFaultRules(inputs, this.#options.context, existing);
    this.#options.dispatch({ type: 'addFaults', rules });
    return this.list().slice(existing.length);
  }

  /**
   * Puts rules in the place of those in force.
   * @throws FAULT_RULE, FAULT_NEVER_FIRES, UNKNOWN_EVENT_TYPE
   */
  replace(...inputs: (FaultInput<Type> | string)[]): FaultView[] {
    this.#options.dispatch({ type: 'setFaults', rules: checkFaultRules(inputs, this.#options.context) });
    return this.list();
  }

  /** In the order in which they are asked. */
  list(): FaultView[] {
    return this.#active().map(({ rule, matched, fired }) => {
      const copy = structuredClone(rule);
      return { name: rule.name, explain: explainFault(rule), matched, fired, rule: copy };
    });
  }

  /** Has no rule in force. */
  clear(): void {
    this.#options.dispatch({ type: 'setFaults', rules: [] });
  }

  #active(): ActiveFault[] {
    return this.#options.state().faults;
  }
}
