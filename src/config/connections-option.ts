import { nearest } from '../core/nearest.ts';
import type { Connection } from '../core/types.ts';
import { choice, httpUrl, type Kind, memberOf, rejectValue, secret, text, toggle } from './option-kind.ts';

/** What the config file may say of a connection. */
const fields: { [Field in keyof Connection]-?: Kind<NonNullable<Connection[Field]>> } = {
  kind: choice(['connection', 'app']),
  clientId: text('id'),
  clientSecret: secret(1, 256),
  username: text('name'),
  password: secret(1, 256),
  authorizationCode: secret(1, 256),
  pimUrl: httpUrl('url'),
  permission: toggle,
};
const fieldNames = Object.keys(fields) as (keyof Connection)[];

function readFields(value: unknown, where: string): Partial<Connection> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw rejectValue(where, value, 'an object such as {"clientId": "my-app", "clientSecret": "…"}');
  }
  const read = Object.entries(value).map(([given, each]) => {
    const field = fieldNames.find((name) => name === given);
    if (field !== undefined) return [field, fields[field].read(each, memberOf(where, `.${field}`))];
    const close = nearest(given, fieldNames);
    throw rejectValue(
      where,
      given,
      'a field of a connection',
      `${close ? `did you mean ${close}? ` : ''}it takes ${fieldNames.join(', ')}`,
    );
  });
  return Object.fromEntries(read);
}

function readConnection(value: unknown, where: string): Connection {
  const { clientId, clientSecret, ...given } = readFields(value, where);
  if (clientId === undefined) throw rejectValue(memberOf(where, '.clientId'), clientId, 'a non-empty text');
  if (clientSecret === undefined)
    throw rejectValue(memberOf(where, '.clientSecret'), clientSecret, 'a secret of 1 to 256 characters');
  const connection: Connection = { kind: 'connection', permission: true, clientId, clientSecret, ...given };
  if (connection.kind === 'connection' && (connection.username === undefined || connection.password === undefined)) {
    throw rejectValue(
      where,
      clientId,
      'complete: a connection signs in with username and password',
      'add both, or say "kind": "app"',
    );
  }
  return connection;
}

const example = 'for example [{"kind": "app", "clientId": "my-app", "clientSecret": "my-app-secret"}]';

/** Connections and apps that the PIM knows besides the ready-made one. */
export const connectionList: Kind<Connection[]> = {
  placeholder: 'json',
  parse: (texts, where) => {
    const given = texts.at(-1) ?? '';
    let value: unknown;
    try {
      value = JSON.parse(given);
    } catch {
      // It may hold secrets, so it is not shown.
      throw rejectValue(where, '***', `a JSON list of connections (its length is ${given.length})`, example);
    }
    return connectionList.read(value, where);
  },
  read: (value, where) => {
    if (!Array.isArray(value)) throw rejectValue(where, value, 'a list of connections');
    return value.map((each, i) => readConnection(each, memberOf(where, `[${i}]`)));
  },
};
