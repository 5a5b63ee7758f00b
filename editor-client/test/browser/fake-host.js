// Plays the extension and the server for the Results view in a plain page: a table of a million rows that are made when they
// are asked for. Column 1 holds the row's number; a sort that goes down turns the rows around; a filter on column 0 or a
// search keeps every tenth row.
(() => {
  const posted = [];
  const held = [];
  let state;
  const host = { posted, held, hold: false, rows: 1_000_000, views: new Map(), clipped: [] };
  window.host = host;
  const say = (message) => window.postMessage(message, '*');

  const states = ['TEXAS', 'KANSAS', 'OHIO', 'NEW YORK', 'FLORIDA'];
  const cell = (row, column) => {
    switch (column) {
      case 0:
        return states[row % states.length];
      case 1:
        return String(row);
      case 2:
        return row % 7 === 3 ? null : (row * 13) / 8;
      case 3:
        return `2007-01-${String((row % 28) + 1).padStart(2, '0')}T00:00:00.0000000Z`;
      case 4:
        return row % 2 === 0;
      case 5:
        return JSON.stringify({ id: row, tags: ['<b>no markup</b>', 'x'.repeat(row % 40)] });
      default:
        return `r${row}c${column}`;
    }
  };

  const methods = {
    'kusto/result/view': ({ sort = [], filter = [], search = '' }) => {
      if (search === 'refuse') {
        throw { message: 'search failed', data: { kind: 'expired', hint: 'run again' } };
      }
      const step = filter.length > 0 || search !== '' ? 10 : 1;
      const rows = Math.ceil(host.rows / step);
      const view = `v${host.views.size}`;
      host.views.set(view, { rows, of: (row) => (sort[0]?.descending ? rows - 1 - row : row) * step, sort, filter, search });
      return { view, rows };
    },
    'kusto/result/read': ({ view, start, count }) => {
      const { rows, of } = host.views.get(view);
      const end = Math.min(rows, start + Math.min(count, 500));
      const indices = Array.from({ length: Math.max(0, end - start) }, (_, index) => of(start + index));
      const values = Array.from({ length: host.columns.length }, (_, column) => indices.map((row) => cell(row, column)));
      return { start, count: indices.length, values, clipped: host.clipped };
    },
    'kusto/result/cell': ({ view, row, column }) => ({ type: host.columns[column].type, value: cell(host.views.get(view).of(row), column), clipped: false }),
  };

  const types = ['string', 'long', 'real', 'datetime', 'bool', 'dynamic'];
  host.columns = ['State', 'Number', 'Damage', 'StartTime', 'Even', 'Payload', ...Array.from({ length: 6 }, (_, n) => `Extra${n}`)].map(
    (name, index) => ({ name, type: types[index] ?? 'string' }),
  );

  host.release = () => {
    for (const answer of held.splice(0)) {
      answer();
    }
  };

  host.run = (change) =>
    say({
      type: 'runs',
      front: 1,
      runs: [{ id: 1, title: 'StormEvents', place: 'embedded/Samples', status: 'done', elapsed: 1200, tables: [], stats: { ms: 420, rows: host.rows, bytes: 5_242_880 }, ...change }],
    });
  host.table = (title = 'StormEvents', table = 0, change = {}) => ({
    result: 'r1',
    table,
    title,
    info: { name: title, columns: host.columns, rows: host.rows, truncated: false, ...change },
  });

  window.acquireVsCodeApi = () => ({
    getState: () => state,
    setState: (value) => (state = value),
    postMessage: (message) => {
      posted.push(message);
      if (message.type !== 'call') {
        return;
      }
      const answer = () => {
        try {
          say({ type: 'answer', id: message.id, result: methods[message.call.method](message.call.params) });
        } catch (error) {
          say({ type: 'refused', id: message.id, error });
        }
      };
      if (host.hold) {
        held.push(answer);
      } else {
        setTimeout(answer, 1);
      }
    },
  });
})();
