// Every screen as a person sees it, for the docs: each is brought up in the real editor, waited for, and taken. A screen that no
// longer comes up ends it with the screen's name.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Editor } from './editor.mjs';

const samples = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../samples');

const cell = (kind, ...text) => ({ kind, text });

const files = {
  'storms.kql': readFileSync(path.join(samples, 'storms.kql'), 'utf8'),
  'tornadoes.kql': `// How many tornadoes did each state have?
StormEvents
| where EventType == "Tornado"
| summarize Tornadoes = count(), Deaths = sum(DeathsDirect) by State
| top 5 by Tornados

StormEvents
| where State == "KANSAS"
`,
  'ask.kql': '// What is in this table?\nStormEvents\n| summarize Events = count() by EventType\n| top 5 by Events\n',
  'weekly.kql': `StormEvents
| where EventType in ("Hail", "Flood", "Tornado", "High Wind")
| summarize Events = count() by EventType, bin(StartTime, 7d)
| render timechart with (title="Storms a week")
`,
  'parameters.kql': `declare query_parameters(state: string = "TEXAS", since: datetime = datetime(2007-06-01), least: long = 10);
StormEvents
| where State == state and StartTime >= since
| summarize Events = count() by EventType
| where Events >= least
| sort by Events desc
`,
  'texas.kqlnb': JSON.stringify({
    version: 1,
    cells: [
      cell('markdown', '## Storms of Texas', '', 'Which kinds come most often, and what do they cost?'),
      cell('kql', 'StormEvents', '| where State == "TEXAS"', '| summarize Events = count(), Damage = sum(DamageProperty) by EventType', '| top 4 by Events'),
    ],
  }),
};

const config = (model, ca) => `model = "gpt-5"
model_provider = "local"

[model_providers.local]
name = "Local"
base_url = "${model}"
env_key = "CALYPSO_TEST_KEY"

[azure_auth]
mode = "device_code"
ca_file = '${ca}'
`;

/** How each screen comes up. What it leaves open is put away before the next. */
const screens = {
  async editor({ editor, page }) {
    await editor.file('tornadoes.kql');
    await editor.ready();
    await page.locator('.squiggly-error').first().waitFor();
    await editor.command('View: Focus Problems');
    await page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'Tornados' }).waitFor();
    await page.keyboard.press('Control+1');
    await editor.caret(8, 26);
    await page.keyboard.press('Enter');
    await page.keyboard.type('where DeathsDirect > 0 and Ev');
    await page.locator('.suggest-widget.visible .monaco-list-row').nth(1).waitFor();
    await page.locator('.suggest-widget.visible .monaco-list-row.focused').waitFor();
  },
  async results({ editor, page }) {
    await editor.file('storms.kql');
    await editor.ready();
    await editor.caret(24);
    await page.keyboard.press('F5');
    await editor.results.getByText(/^[\d,]+ rows$/).waitFor();
    await taller(page);
    await editor.caret(24);
    await editor.command('Results: Focus on Results View');
    await editor.results.locator('[role="gridcell"]:focus').waitFor();
    await editor.results.getByRole('button', { name: 'Show filters' }).click();
    await editor.results.getByRole('textbox', { name: 'Filter State' }).fill('^tex');
    await editor.results.getByRole('columnheader', { name: 'DamageProperty' }).locator('.name').click();
    await editor.results.locator('[aria-sort="ascending"]').waitFor();
    await editor.results.getByRole('columnheader', { name: 'DamageProperty' }).locator('.name').click();
    await editor.results.locator('[aria-sort="descending"]').waitFor();
    await editor.results.getByText(/ of [\d,]+ rows/).waitFor();
    await editor.cell(0, 3).click();
    for (let n = 0; n < 4; n++) {
      await page.keyboard.press('Shift+ArrowDown');
    }
    await editor.results.getByText(/· Sum /).waitFor();
  },
  async chart({ editor, page }) {
    await editor.file('weekly.kql');
    await editor.ready();
    await page.keyboard.press('F5');
    await editor.results.getByRole('img', { name: /^Time chart/ }).waitFor();
    await taller(page);
    await editor.results.locator('.chart-picture canvas').waitFor();
  },
  async connections({ editor, page }) {
    for (const file of ['weekly.kql', 'parameters.kql']) {
      await editor.file(file);
      await editor.ready();
      await editor.command('Calypso: Run All Queries in File');
      await editor.results.getByRole('tab').first().waitFor();
      await editor.results.getByText(/^\d+ rows$/).waitFor();
    }
    await toggle(editor, 'panel', 'Control+j', false);
    await editor.command('Calypso: Focus on Connections View');
    for (const name of ['Embedded', 'Samples', 'StormEvents']) {
      await editor.node(name).click();
    }
    await editor.node('EventType').waitFor();
    const { x, width } = await page.locator('.part.sidebar').boundingBox();
    await drag(page, { x: x + width + 1, y: 300 }, { x: 440, y: 300 });
    await editor.command('Calypso: Focus on History View');
    await page.locator('.sidebar .monaco-list-row').filter({ hasText: 'Today' }).waitFor();
  },
  async parameters({ editor, page }) {
    await editor.file('parameters.kql');
    await editor.ready();
    await editor.caret(2);
    await page.keyboard.press('F5');
    await editor.results.getByRole('group', { name: 'Parameters of the query' }).getByText('state').waitFor();
    await editor.cell(0, 0).waitFor();
  },
  async notebook({ editor, page }) {
    await page.keyboard.press('Control+p');
    await page.locator('.quick-input-widget:visible input').fill('texas.kqlnb');
    await page.locator('.quick-input-widget:visible .monaco-list-row.focused').filter({ hasText: 'texas.kqlnb' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.code-cell-row').first().waitFor();
    await editor.command('Notebook: Run All');
    await page.locator('.execution-count-label').filter({ hasText: '[1]' }).waitFor();
    await shown(page, '.calypso td');
  },
  async chat({ editor }) {
    await editor.file('ask.kql');
    await editor.ready();
    await editor.command('Calypso: New Chat');
    const view = await editor.webview('chat');
    await view.getByRole('button', { name: /Model: gpt-5/ }).waitFor();
    const box = view.getByRole('combobox');
    await box.fill('Which states have the most storms?');
    await box.press('Enter');
    await view.getByRole('button', { name: 'Approve', exact: true }).click();
    await view.getByRole('log').getByText('Here is what the data says.').waitFor();
    await view.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
  },
  async 'sign-in'({ editor, page }) {
    const list = page.locator('.quick-input-widget:visible');
    await editor.file('ask.kql');
    await editor.ready();
    await editor.command('Calypso: Sign In');
    await list.locator('.monaco-list-row').filter({ has: page.getByText('Code', { exact: true }) }).first().click();
    await list.locator('.quick-input-title').filter({ hasText: /code FK\d{4}XY/ }).waitFor();
  },
  async walkthrough({ editor, page }) {
    await editor.command('Welcome: Open Walkthrough...');
    await page.locator('.quick-input-widget:visible input').fill('Get Started with Calypso');
    await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Get Started with Calypso' }).first().click();
    await page.locator('.getting-started-step').nth(4).waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('.gettingStartedContainer img')].some((image) => image.checkVisibility() && image.naturalWidth > 0));
  },
};

/** Screens that need the width of the side bar. */
const wide = ['editor', 'results', 'chart', 'parameters', 'notebook', 'sign-in', 'walkthrough'];

/** Takes these screens, or all of them, in a theme; `file` names the picture of a screen. */
export async function takePictures({ programs, wanted, theme, file }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'calypso-'));
  const ca = path.join(folder, 'ca.pem');
  const model = start(programs.fakeopenai, [], 'SIGINT');
  const authority = start(programs.fakeentra, ['-manual', '-ca', ca, '-backend', 'http://127.0.0.1:1'], 'SIGTERM');
  let editor;
  try {
    const { proxy } = JSON.parse(await authority.line);
    editor = await Editor.start({
      name: 'pictures',
      files,
      home: { '.codex/config.toml': config((await model.line).trim(), ca) },
      env: { CALYPSO_TEST_KEY: 'key', HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1,localhost' },
      viewport: { width: 1040, height: 680 },
      scale: 1.2,
      userSettings: {
        'workbench.colorTheme': theme,
        'editor.minimap.enabled': false,
        'window.commandCenter': false,
        'breadcrumbs.enabled': false,
        'workbench.layoutControl.enabled': false,
      },
    });
    for (const [name, bring] of Object.entries(screens)) {
      if (wanted.length === 0 || wanted.includes(name)) {
        await toggle(editor, 'sidebar', 'Control+b', !wide.includes(name));
        await editor.keep(name, () => bring({ editor, page: editor.page }));
        await editor.page.mouse.move(520, 3);
        await settled(editor.page);
        await editor.page.screenshot({ path: file(name) });
        await editor.page.keyboard.press('Escape');
        await away(editor);
      }
    }
  } finally {
    await editor?.close();
    model.stop();
    authority.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives the panel two thirds of the window. */
async function taller(page) {
  const { x, y, width } = await page.locator('.part.panel').boundingBox();
  await drag(page, { x: x + width / 3, y: y - 1 }, { x: x + width / 3, y: 225 });
}

async function drag({ mouse }, from, to) {
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(to.x, to.y, { steps: 4 });
  await mouse.up();
}

/** Closes what a screen left open. */
async function away(editor) {
  await editor.command('View: Revert and Close Editor');
  await editor.command('View: Close All Editors');
  await toggle(editor, 'panel', 'Control+j', false);
}

/** Shows a part of the window or hides it, by the key that does either. */
async function toggle({ page }, part, key, wanted) {
  const at = page.locator(`.part.${part}`);
  if ((await at.isVisible()) !== wanted) {
    await page.keyboard.press(key);
    await at.waitFor({ state: wanted ? 'visible' : 'hidden' });
  }
}

/** Waits until two looks at the screen are the same: scroll bars fade and frames paint on their own. */
async function settled(page) {
  let before;
  for (let n = 0; n < 20; n++) {
    const now = (await page.screenshot()).toString('base64');
    if (now === before) {
      return;
    }
    before = now;
    await page.waitForTimeout(250);
  }
}

/** Waits for an element in whichever frame draws it. */
async function shown(page, selector) {
  for (const end = Date.now() + 20_000; Date.now() < end; await page.waitForTimeout(50)) {
    for (const frame of page.frames()) {
      if ((await frame.locator(selector).count().catch(() => 0)) > 0) {
        return;
      }
    }
  }
  throw new Error(`${selector} doesn't come up`);
}

/** Starts a program and gives the first line that it prints. */
function start(command, args, signal) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  return { line, stop: () => child.kill(signal) };
}
