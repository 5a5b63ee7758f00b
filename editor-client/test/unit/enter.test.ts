// What Enter does after a line: the next pipe, or nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Rules {
  onEnterRules: { beforeText: string; action: { appendText: string } }[];
}

const rules = (JSON.parse(readFileSync('language-configuration.json', 'utf8')) as Rules).onEnterRules.filter((rule) => rule.action.appendText === '| ');

const after = (line: string): boolean => rules.some((rule) => new RegExp(rule.beforeText).test(line));

test('after a pipe comes a pipe', () => {
  for (const line of ['| where x == 1', '    | summarize count() by State', '| take 5 ', '| where a / b > 1']) {
    assert.ok(after(line), line);
  }
});

test('no pipe where the query ends, a list goes on, or nothing was written', () => {
  for (const line of ['| ', '|', 'StormEvents', '| take 5;', '| where x in (', '| project a,', '// | where', '| extend x = 1 // note', '| join (', '']) {
    assert.ok(!after(line), line);
  }
});
