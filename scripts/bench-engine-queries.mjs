// The queries of `npm run bench:engine`: each in KQL and in SQL. SQL is the form that was cheapest in DuckDB of those that give the
// same answer. Where the whole result is large or holds times, `checkKql` and `checkSql` give what is compared in its place:
// times as microseconds, some of many rows.

const wholeRow = `epoch_us("Timestamp"), UserId, State, Level, Value, epoch_us(Duration), Message, Props::VARCHAR`;
const latest = ['UserId', 'State', 'Level', 'Value', 'Duration', 'Message', 'Props'].filter((name) => name !== 'State');
const inOrder = 'SELECT Value, UserId FROM Events ORDER BY Value, UserId';

export const queries = [
  {
    name: 'filter, count',
    columns: ['Level'],
    kql: `Events | where Level == 'Error' | count`,
    sql: `SELECT count(*) FROM Events WHERE Level = 'Error'`,
  },
  {
    name: 'group by 2 keys',
    columns: ['State', 'Level', 'Value'],
    kql: `Events | summarize count(), avg(Value), max(Value) by State, Level`,
    sql: `SELECT State, Level, count(*), avg(Value), max(Value) FROM Events GROUP BY ALL`,
  },
  {
    name: '1 M groups, top 10',
    columns: ['UserId'],
    kql: `Events | summarize n = count() by UserId | top 10 by n desc, UserId asc`,
    sql: `SELECT UserId, count(*) AS n FROM Events GROUP BY UserId ORDER BY n DESC, UserId LIMIT 10`,
  },
  {
    name: 'contains',
    columns: ['Message'],
    kql: `Events | where Message contains 'NODE-63' | count`,
    sql: `SELECT count(*) FROM Events WHERE contains(lower(Message), 'node-63')`,
  },
  {
    name: 'has',
    columns: ['Message'],
    kql: `Events | where Message has '777MS' | count`,
    sql: String.raw`SELECT count(*) FROM Events WHERE regexp_matches(Message, '(?i)\b777ms\b')`,
  },
  {
    name: 'join, aggregate',
    columns: ['UserId', 'Value'],
    kql: `Events | join kind=inner Users on UserId | summarize count(), avg(Value) by Plan`,
    sql: `SELECT Plan, count(*), avg(Value) FROM Events JOIN Users USING (UserId) GROUP BY Plan`,
  },
  {
    name: 'bin by hour',
    columns: ['Timestamp'],
    kql: `Events | summarize count() by bin(Timestamp, 1h)`,
    sql: `SELECT date_trunc('hour', "Timestamp") AS h, count(*) FROM Events GROUP BY h`,
    checkSql: (sql) => `SELECT epoch_us(h), COLUMNS(* EXCLUDE h) FROM (${sql})`,
  },
  {
    name: 'top 100',
    columns: 'all',
    kql: `Events | top 100 by Value`,
    sql: `SELECT * FROM Events ORDER BY Value DESC LIMIT 100`,
    checkSql: (sql) => `SELECT ${wholeRow} FROM (${sql})`,
  },
  {
    name: 'percentiles',
    columns: ['Level', 'Value'],
    kql: `Events | summarize percentiles(Value, 50, 95, 99) by Level`,
    sql: `SELECT Level, quantile_disc(Value, [0.5, 0.95, 0.99]) AS q FROM Events GROUP BY Level`,
    checkSql: (sql) => `SELECT Level, q[1], q[2], q[3] FROM (${sql})`,
  },
  {
    name: 'arg_max(Timestamp, *)',
    columns: 'all',
    kql: `Events | summarize arg_max(Timestamp, *) by State`,
    sql: `SELECT State, max("Timestamp") AS "Timestamp", ${latest.map((name) => `arg_max(${name}, "Timestamp") AS ${name}`).join(', ')}
      FROM Events GROUP BY State`,
    checkSql: (sql) => `SELECT State, epoch_us("Timestamp"), UserId, Level, Value, epoch_us(Duration), Message, Props::VARCHAR FROM (${sql})`,
  },
  {
    name: 'regex extract',
    columns: ['Message'],
    kql: String.raw`Events | summarize sum(extract(@'took (\d+)ms', 1, Message, typeof(long)))`,
    sql: String.raw`SELECT sum(regexp_extract(Message, 'took (\d+)ms', 1)::BIGINT)::BIGINT FROM Events`,
  },
  {
    name: 'filter on a dynamic property',
    columns: ['Props'],
    kql: `Events | where Props.region == 'r3' | count`,
    sql: `SELECT count(*) FROM Events WHERE json_extract_string(Props, '$.region') = 'r3'`,
  },
  {
    name: 'sort all rows',
    columns: ['Value', 'UserId'],
    kql: `Events | project Value, UserId | sort by Value asc, UserId asc`,
    sql: inOrder,
    checkKql: (kql) => `${kql} | extend N = row_number() | where N % 100003 == 0`,
    checkSql: () => `SELECT Value, UserId, N FROM (SELECT *, row_number() OVER (ORDER BY Value, UserId) AS N FROM Events) WHERE N % 100003 = 0 ORDER BY N`,
  },
];

/** The log of the design: eight columns, always the same rows for a number of rows. DuckDB writes it. */
export function eventsSql(rows) {
  return `SELECT
  TIMESTAMP '2024-01-01' + to_microseconds(i * 100000) AS "Timestamp",
  (hash(i) % 1000000)::BIGINT AS UserId,
  'STATE ' || lpad((hash(i + 1000000007) % 50)::VARCHAR, 2, '0') AS State,
  ['Verbose', 'Info', 'Info', 'Info', 'Warning', 'Error', 'Critical', 'Info'][1 + (hash(i + 2000000011) % 8)::INT] AS Level,
  (hash(i + 3000000019) % 1000000007)::DOUBLE / 1000000.0 AS Value,
  TIME '00:00:00' + to_milliseconds((hash(i + 4000000007) % 1000)::BIGINT) AS Duration,
  'Request ' || (hash(i + 5000000029) % 1000000) || ' to /api/item took ' || (hash(i + 4000000007) % 1000) || 'ms on node-'
    || (hash(i + 6000000007) % 64) AS Message,
  ('{"region":"r' || (hash(i + 7000000001) % 8) || '","code":' || (200 + hash(i + 8000000011) % 5 * 100) || ',"trace":"'
    || (hash(i + 9000000011) % 100000000) || '"}')::JSON AS Props
FROM range(${rows}) AS r(i)`;
}

/** Every third user, with one of five plans. */
export const usersSql = `SELECT
  (i * 3)::BIGINT AS UserId,
  ['free', 'basic', 'pro', 'team', 'enterprise'][1 + (hash(i) % 5)::INT] AS Plan
FROM range(333334) AS r(i)`;
