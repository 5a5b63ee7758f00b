// Plays the extension and the server for the Results view in a plain page: a table of a million rows that are made when they
// are asked for. Column 1 holds the row's number; a sort that goes down turns the rows around; a filter on column 0 or a
// search keeps every tenth row. What a real server does with a sheet is its own tests' matter.
(() => {
  const posted = [];
  const held = [];
  const sheets = new Map();
  let state;
  const host = { menu: [], posted, held, hold: false, rows: 1_000_000, views: new Map(), clipped: [], tabs: [], front: '' };
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
        return host.odd?.[row % host.odd.length] ?? `r${row}c${column}`;
    }
  };

  const stateOf = (sheet) => {
    const step = Object.keys(sheet.filter).length > 0 || sheet.search !== '' ? 10 : 1;
    const rows = Math.ceil(host.rows / step);
    const key = JSON.stringify([sheet.sort, sheet.filter, sheet.search, sheet.group, sheet.opened]);
    if (sheet.key !== key) {
      sheet.key = key;
      sheet.view = `v${host.views.size}`;
      const down = sheet.sort[0]?.desc === true;
      host.views.set(sheet.view, { rows, of: (row) => (down ? rows - 1 - row : row) * step, group: sheet.group, opened: sheet.opened, sheet });
    }
    const shown = sheet.order.filter((column) => !sheet.hidden.has(column));
    const fixed = (column) => sheet.pinned.has(column) || sheet.group === column;
    return {
      view: sheet.view,
      rows,
      search: sheet.search,
      ...(rows === 0 ? { empty: 'The query gave no rows.' } : {}),
      foot: [
        { text: rows === host.rows ? `${rows.toLocaleString('en')} rows` : `${rows.toLocaleString('en')} of ${host.rows.toLocaleString('en')} rows` },
        { text: '420 ms', tip: 'From the start to the last row' },
        { text: '5.0 MB' },
        ...(host.truncated ? [{ text: 'Cut by a limit: there are more rows than these', warn: true }] : []),
      ],
      ...(host.error === undefined ? {} : { error: host.error }),
      columns: [...shown.filter(fixed), ...shown.filter((column) => !fixed(column))].map((column) => {
        const place = sheet.sort.findIndex((key) => key.column === column);
        return {
          column,
          ...host.columns[column],
          chars: 12,
          ...(sheet.filter[column] === undefined ? {} : { filter: sheet.filter[column] }),
          hint: 'text, =, !',
          ...(fixed(column) ? { fixed: true } : {}),
          ...(place < 0 ? {} : { sort: sheet.sort[place].desc ? 'desc' : 'asc' }),
          ...(place >= 0 && sheet.sort.length > 1 ? { place: place + 1 } : {}),
          ...(sheet.widths[column] === undefined ? {} : { width: sheet.widths[column] }),
          ...(sheet.group !== undefined && host.columns[column].type === 'real' ? { total: 'sum' } : {}),
        };
      }),
    };
  };

  const changes = {
    sort(sheet, { column, add }) {
      const now = sheet.sort.find((key) => key.column === column);
      const rest = add ? sheet.sort.filter((key) => key.column !== column) : [];
      sheet.sort = now === undefined ? [...rest, { column }] : now.desc ? rest : [...rest, { column, desc: true }];
    },
    filter(sheet, { column, text }) {
      delete sheet.filter[column];
      if (text !== '') {
        sheet.filter[column] = text;
      }
    },
    clearFilters: (sheet) => (sheet.filter = {}),
    search(sheet, { text }) {
      if (text === 'refuse') {
        throw { message: 'search failed', data: { kind: 'expired', hint: 'run again' } };
      }
      sheet.search = text;
    },
    width: (sheet, { column, to }) => (sheet.widths[column] = to),
    hide: (sheet, { column }) => sheet.hidden.add(column),
    pin: (sheet, { column }) => sheet.pinned.add(column),
    group: (sheet, { column }) => (sheet.group = column),
    toggle: (sheet, { row }) => (sheet.opened = row),
    move(sheet, { column, to }) {
      if (host.refuseMove) {
        throw { message: 'it stays where it is', data: { kind: 'other' } };
      }
      const shown = stateOf(sheet).columns.map((one) => one.column);
      const after = to > shown.indexOf(column) ? 1 : 0;
      sheet.order = sheet.order.filter((one) => one !== column);
      sheet.order.splice(sheet.order.indexOf(shown[to]) + after, 0, column);
    },
  };

  const menus = {
    cell: [{ action: 'copy.tsv', label: 'Copy', keys: 'Ctrl+C' }, {}, { action: 'open', label: 'Show Whole Cell' }],
    column: [{ action: 'pin', label: 'Pin to the Left' }, { action: 'hide', label: 'Hide Column' }, { action: 'group', label: 'Group by This Column' }, { action: 'filterBox', label: 'Filter…' }, { action: 'describe', label: 'Statistics', checked: true }],
    table: [{ action: 'export', label: 'Export…' }],
  };

  const methods = {
    'kusto/tabs/list': () => ({ tabs: host.tabs, front: host.front }),
    'kusto/tabs/act': ({ tab, action }) => {
      if (action === 'close') {
        host.tabs = host.tabs.filter((one) => one.tab !== tab);
        host.show(host.tabs[0]?.tab ?? '');
      }
      return null;
    },
    'kusto/tabs/menu': () => ({ items: [{ action: 'pin', label: 'Pin: Keep for the Next Run' }, { action: 'rename', label: 'Rename…' }, {}, { action: 'close', label: 'Close' }] }),
    'kusto/result/sheet': ({ result, table, view, change }) => {
      const key = `${result}/${table}`;
      const sheet = sheets.get(key) ?? { sort: [], filter: {}, search: '', widths: {}, hidden: new Set(), pinned: new Set(), order: host.columns.map((_, index) => index) };
      sheets.set(key, sheet);
      if (change !== undefined) {
        changes[change.action]?.(sheet, change);
      }
      const state = stateOf(sheet);
      return state.view === view ? state : { ...state, first: methods['kusto/result/read']({ view: state.view, start: 0, count: 100 }) };
    },
    'kusto/result/menu': ({ column, row }) => ({ items: column === undefined ? menus.table : row === undefined ? [...menus.column, ...host.menu] : menus.cell }),
    'kusto/result/select': ({ ranges: [range] }) => ({ summary: `Count ${(range.endRow - range.startRow) * (range.endColumn - range.startColumn)}` }),
    'kusto/result/column': () => ({ facts: [{ name: 'Rows', text: '1000000' }, { name: 'Distinct', text: '5' }], top: states.map((text) => ({ text, rows: 200000, share: 0.2 })) }),
    'kusto/result/nodes': ({ path, start }) => {
      if (host.refuseNodes) {
        throw { message: "the result isn't kept any more", data: { kind: 'expired', hint: 'run the query again' } };
      }
      if (path.length > 0) {
        const next = start + 200;
        return { nodes: Array.from({ length: 200 }, (_, n) => ({ key: String(start + n), text: '"<i>leaf</i>"', kind: 'string', path: `.tags[${start + n}]` })), ...(next < 400 ? { next } : {}) };
      }
      return { nodes: [{ key: 'id', text: '9223372036854775807', kind: 'long', path: '.id' }, { key: 'tags', text: '400 elements', kind: 'array', path: '.tags', more: true }] };
    },
    'kusto/result/read': ({ view, start, count }) => {
      const { rows, of, group, opened, sheet } = host.views.get(view);
      const end = Math.min(rows, start + Math.min(count, 500));
      const indices = Array.from({ length: Math.max(0, end - start) }, (_, index) => of(start + index));
      const columns = stateOf(sheet).columns.map((column) => column.column);
      const values = columns.map((column) => indices.map((row) => cell(row, column)));
      // Grouped: each fifth line is a heading.
      const groups = group === undefined ? {} : { groups: indices.map((_, index) => [index, 0, start + index === opened ? 1 : 0, 0]).filter(([index]) => (start + index) % 5 === 0) };
      return { start, count: indices.length, values, clipped: host.clipped, ...groups };
    },
    'kusto/result/cell': ({ view, row, column }) => {
      const { of, sheet } = host.views.get(view);
      const shown = stateOf(sheet).columns[column];
      return { type: shown.type, value: cell(of(row), shown.column), clipped: false, tree: shown.type === 'dynamic' };
    },
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

  /** Shows tabs; what is missing is that of a run that is done. */
  host.run = (...tabs) => {
    host.tabs = tabs.map((tab, index) => ({ tab: `t${index}`, title: 'StormEvents', tip: 'embedded / Samples', status: 'done', ms: 1200, table: index, again: { text: 'StormEvents' }, ...tab }));
    host.show((host.tabs.find((tab) => tab.error !== undefined) ?? host.tabs[0])?.tab ?? '');
  };
  host.show = (front) => {
    host.front = front;
    say({ type: 'tabs', state: { tabs: host.tabs, front } });
  };
  host.table = (title = 'StormEvents', table = 0) => ({ result: 'r1', table, title });

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
          const method = methods[message.call.method];
          if (method === undefined) {
            throw { message: `the page has no ${message.call.method}`, data: { kind: 'other' } };
          }
          say({ type: 'answer', id: message.id, result: method(message.call.params) });
        } catch (error) {
          say({ type: 'refused', id: message.id, error });
        }
      };
      if (host.hold && message.call.method === 'kusto/result/sheet') {
        held.push(answer);
      } else {
        setTimeout(answer, window.slow ? Math.random() * 100 : 1); // see slowDown()
      }
    },
  });
})();
