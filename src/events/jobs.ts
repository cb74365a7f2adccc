import type { Author } from './author.ts';
import { type Fact, fact } from './facts.ts';
import type { Job, JobKind, Pim } from './pim.ts';

/** The job profiles, as a PIM has them out of the box: code and label. */
const profiles: Record<JobKind, readonly (readonly [code: string, label: string])[]> = {
  export: [
    ['csv_product_export', 'CSV product export'],
    ['xlsx_category_export', 'XLSX category export'],
  ],
  'mass-edit': [
    ['edit_common_attributes', 'Mass edit common attributes'],
    ['add_to_category', 'Mass add to categories'],
  ],
  import: [
    ['csv_product_import', 'CSV product import'],
    ['xlsx_family_import', 'XLSX family import'],
  ],
};

const labels = new Map(Object.values(profiles).flat());

export interface JobLaunch {
  kind: JobKind;
  author: Author;
  /** The profile and its number of rows, where they are not left to chance. */
  code?: string;
  total?: number;
}

/** Launches a job: its first event says "starting". */
export function launchJob(pim: Pim, now: number, { kind, author, code, total }: JobLaunch): Job {
  const rng = pim.dice.jobs;
  const [drawn] = rng.pick(profiles[kind]);
  const rows = rng.int(10, 2_000);
  const job: Job = {
    kind,
    executionId: ++pim.serials.execution,
    code: code ?? drawn,
    total: total ?? rows,
    startedAt: now,
    status: 'starting',
    author,
  };
  pim.jobs.push(job);
  return job;
}

/** Moves a job on: from starting to in progress, and from there to its end. */
export function advanceJob(pim: Pim, job: Job, end?: 'completed'): void {
  if (job.status === 'starting') {
    job.status = 'in_progress';
    return;
  }
  job.status = end ?? (pim.dice.jobs.chance(0.1) ? 'failed' : 'completed');
  pim.jobs.splice(pim.jobs.indexOf(job), 1);
}

/** What a job says of itself now. */
export function jobStatus(job: Job, now: number): Fact {
  const { kind, total, author } = job;
  const ended = job.status === 'completed' || job.status === 'failed';
  const execution = {
    execution_id: job.executionId,
    code: job.code,
    name: job.code,
    label: labels.get(job.code) ?? job.code,
  };
  const done = { starting: 0, in_progress: Math.floor(total / 2), failed: Math.floor(total / 2), completed: total }[
    job.status
  ];
  const progress = { start_time: dateTime(job.startedAt), end_time: ended ? dateTime(now) : null, status: job.status };
  return { ...factOf(), author };

  function factOf(): Fact {
    if (kind === 'export') {
      return fact('com.akeneo.pim.v1.job.export.status-changed', {
        job: { ...execution, total_rows: total, ...progress },
      });
    }
    if (kind === 'mass-edit') {
      return fact('com.akeneo.pim.v1.job.mass-edit.status-changed', { job: { ...execution, read: done, ...progress } });
    }
    const rows = { total_rows: total, total_rows_processed: done, total_rows_skipped: 0, total_warnings: 0 };
    return fact('com.akeneo.pim.v1.job.import.status-changed', { job: { ...execution, ...rows, ...progress } });
  }
}

/** The form in which jobs give their times: whole seconds and an offset. */
const dateTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
