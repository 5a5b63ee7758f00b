// The rows of a result by keyboard alone, in the real editor: each entry of the menus of a cell, a column and the table, each tool; every
// control is reached by Tab, is named and shows the focus.
import { eventually, KeyboardEditor } from './keyboard.mjs';

const by = new KeyboardEditor({
  name: 'keyboard-rows',
  files: {
    'rows.kql': 'StormEvents\n| where State startswith "O" or State startswith "T"\n| summarize DamageProperty = sum(DamageProperty) by State, EventType\n| sort by State asc, EventType asc\n| take 100\n',
  },
});
const { step } = by;

let view;
const text = (words) => view.getByText(words).first().waitFor();
const gone = (locator) => locator.waitFor({ state: 'detached' });
const focus = (locator) => locator.and(view.locator(':focus')).waitFor();
const header = (name) => view.getByRole('columnheader', { name });
const names = () => view.getByRole('columnheader').locator('.label').allInnerTexts();
const width = (name) => header(name).evaluate((cell) => cell.offsetWidth);
const title = (words) => by.list.locator('.quick-input-title').filter({ hasText: words }).waitFor();

/** Leaves a list or a dialog of VS Code that an entry opened. */
async function leave() {
  await by.keys('Escape');
  await by.list.waitFor({ state: 'hidden' });
}

/** The menu of the table, from its tool. */
async function more() {
  await toRows();
  await by.reach(view, /^More actions$/, 'Shift+Tab');
  await by.keys('Enter');
}

async function reset() {
  await more();
  await by.entry(view, 'Reset the View');
  await text(/^100 rows$/);
  await eventually(names, ['State', 'EventType', 'DamageProperty']);
}

/** Goes to the first cell. */
async function toRows() {
  await by.toRows();
  await by.keys('Control+Home');
  await by.at(0, 0);
}

/** Goes to a column's name. */
async function toHeader(column) {
  await toRows();
  await by.keys('ArrowUp');
  for (let n = 0; n < column; n++) {
    await by.keys('ArrowRight');
  }
  await focus(view.locator(`.head[data-column="${column}"]`));
}

async function menuOf(column) {
  await toHeader(column);
  await by.keys('Shift+F10');
}

step('the view is gone through by Tab', async () => {
  await by.editor.file('rows.kql');
  await by.editor.ready();
  await by.keys('F5');
  view = await by.editor.webview('results');
  await text(/^100 rows$/);
  const all = await by.round(view, toRows);
  for (const name of ['Search all columns', 'Show filters', 'Show chart', 'More actions']) {
    await eventually(() => all.has(name), true, name);
  }
});

step('rows are searched, and Escape leads back to them', async () => {
  await by.reach(view, /^Search all columns$/, 'Shift+Tab');
  await by.page.keyboard.type('hail');
  await text(/^\d+ of 100 rows$/);
  await by.keys('Escape');
  await text(/^100 rows$/);
  await by.keys('Escape');
  await by.at(0, 0);
});

step("each entry of a cell's menu", async () => {
  const open = async () => {
    await toRows();
    await by.keys('Shift+F10');
  };
  await by.entries(view, open, {
    Copy: () => by.clipboard('^OHIO$'),
    'Copy with Headers': () => by.clipboard('^State\\nOHIO$'),
    'Copy as CSV': () => by.clipboard('^State\\r?\\nOHIO\\r?\\n$'),
    'Copy as Markdown': () => by.clipboard('^\\| State \\|\\n'),
    'Copy as JSON': () => by.clipboard('^\\[\\s*\\{\\s*"State":\\s*"OHIO"'),
    'Copy as datatable': () => by.clipboard('^datatable\\(State:string\\)'),
    'Copy as in (…) List': () => by.clipboard('^\\("OHIO"\\)$'),
    'Filter by This Value': async () => {
      await eventually(() => view.getByRole('textbox', { name: 'Filter State' }).inputValue(), /OHIO/);
      await reset();
    },
    'Exclude This Value': async () => {
      await by.editor.cell(0, 0).getByText('OKLAHOMA').waitFor();
      await reset();
    },
    'Show Whole Cell': async () => {
      await focus(view.getByLabel('Value of State'));
      await by.reach(view, /^Copy value$/, 'Shift+Tab');
      await by.keys('Enter');
      await by.clipboard('^OHIO$');
      await by.keys('Escape');
      await by.at(0, 0);
    },
    'Export…': async () => {
      await title('Export');
      await leave();
    },
  });
});

step("each entry of a column's menu", async () => {
  const standard = await width('EventType');
  await by.entries(view, () => menuOf(1), {
    'Sort Ascending': () => focus(view.locator('[aria-sort="ascending"]')),
    'Sort Descending': () => focus(view.locator('[aria-sort="descending"]')),
    "Don't Sort": () => view.locator('[aria-sort="descending"]').waitFor({ state: 'detached' }),
    'Filter…': async () => {
      await focus(view.getByRole('textbox', { name: 'Filter EventType' }));
      await by.page.keyboard.type('hail');
      await text(/^\d+ of 100 rows$/);
      await by.keys('Escape');
      await by.at(0, 1);
      await by.reach(view, /^Show filters$/, 'Shift+Tab');
      await by.keys('Enter');
      await text(/^100 rows$/);
    },
    Statistics: async () => {
      await focus(view.getByRole('region', { name: 'Statistics of EventType' }));
      await by.keys('Escape');
      await focus(header('EventType'));
    },
    'Group by This Column': async () => {
      await by.editor.cell(0, 0).getByText(/ \(\d+\)$/).waitFor();
      await reset();
    },
    'Pin to the Left': async () => {
      await view.locator('.header .frozen', { hasText: 'EventType' }).waitFor();
      await reset();
    },
    'Hide Column': async () => {
      await gone(header('EventType'));
      await reset();
    },
    'Move Left': () => eventually(names, ['EventType', 'State', 'DamageProperty']).then(reset),
    'Move Right': () => eventually(names, ['State', 'DamageProperty', 'EventType']).then(reset),
    Wider: () => eventually(() => width('EventType'), (now) => now > standard).then(reset),
    Narrower: () => eventually(() => width('EventType'), (now) => now < standard).then(reset),
    'Choose Columns…': async () => {
      await title('Columns that are shown');
      await by.mark(by.page.locator('.label-name').getByText('EventType', { exact: true }));
      await by.keys('Space', 'Enter');
      await by.list.waitFor({ state: 'hidden' });
      await gone(header('EventType'));
      await reset();
    },
    'Copy Name': () => by.clipboard('^EventType$'),
    'Copy Values': () => by.clipboard('^([A-Z][^\\n]*\\n){99}'),
    'Copy Values as in (…) List': () => by.clipboard('^\\(".*"\\)$'),
  });
});

step('columns by their own keys: moved, made wider and narrower, sorted by two', async () => {
  await toHeader(1);
  const first = await width('EventType');
  await by.keys('Shift+Alt+ArrowRight');
  const second = await eventually(() => width('EventType'), (now) => now > first);
  await by.keys('Shift+Alt+ArrowLeft');
  await eventually(() => width('EventType'), (now) => now < second);
  await by.keys('Alt+ArrowLeft');
  await eventually(names, ['EventType', 'State', 'DamageProperty']);
  await focus(header('EventType'));
  await by.keys('Enter');
  await focus(view.locator('[aria-sort="ascending"]'));
  await by.keys('ArrowRight', 'Shift+Enter');
  await eventually(() => view.locator('[aria-sort="ascending"]').count(), 2);
  await reset();
});

step('groups: opened and closed by Enter; each total', async () => {
  await menuOf(0);
  await by.entry(view, 'Group by This Column');
  await by.editor.cell(0, 0).getByText(/ \(\d+\)$/).waitFor();
  await toRows();
  await by.keys('Enter');
  await view.locator('[data-row="0"][aria-expanded="true"]').waitFor();
  await by.keys('Enter');
  await view.locator('[data-row="0"][aria-expanded="false"]').waitFor();
  for (const [label, word] of Object.entries({ Sum: 'sum', Average: 'avg', Minimum: 'min', Maximum: 'max', 'Distinct Values': 'distinct', Values: 'count' })) {
    await menuOf(2);
    await by.entry(view, `Total: ${label}`);
    await header('DamageProperty').locator('.type').filter({ hasText: new RegExp(`^${word}`) }).waitFor();
  }
  await menuOf(2);
  await by.entry(view, 'Total: None');
  await header('DamageProperty').locator('.type').filter({ hasText: /^long$/ }).waitFor();
  await menuOf(2);
  await by.entry(view, "Don't Group");
  await gone(view.locator('.row.group').first());
});

step("each entry of the table's menu", async () => {
  const narrow = async () => {
    await toRows();
    await by.keys('Shift+F10');
    await by.entry(view, 'Filter by This Value');
    await text(/ of 100 rows$/);
    await menuOf(1);
    await by.entry(view, 'Group by This Column');
    await view.locator('.row.group').first().waitFor();
  };
  await narrow();
  await by.entries(view, more, {
    'Export…': async () => {
      await title('Export');
      await leave();
    },
    'Copy with Headers': () => by.clipboard('State.*\\n'),
    'Copy as Markdown': () => by.clipboard('^\\| '),
    'Copy as datatable': () => by.clipboard('^datatable\\('),
    'Choose Columns…': async () => {
      await title('Columns that are shown');
      await leave();
    },
    'Clear Filters': () => text(/^100 rows/),
    "Don't Group": async () => {
      await gone(view.locator('.row.group').first());
      await narrow();
    },
    'Reset the View': () => text(/^100 rows$/),
  });
});

by.finish();
