/** The input row of a query that declares parameters: a field for each with its last value, and what runs it with them. */
import type { QueryParameter } from '../../generated/protocol';
import { button, element } from './dom';

export function parameterRow(parameters: readonly QueryParameter[], run: (values: Record<string, string>) => void): HTMLElement[] {
  const go = (): void => run(Object.fromEntries(fields.map(({ name, input }) => [name, input.value])));
  const fields = parameters.map(({ name, type, value, example, default: standard }) => {
    const input = element('input', { id: `parameter ${name}`, title: `${name}: ${type}`, placeholder: standard ?? example ?? type, spellcheck: 'false' });
    input.value = value ?? '';
    input.addEventListener('keydown', (event) => event.key === 'Enter' && go());
    return { name, input };
  });
  const labels = fields.map(({ name, input }) => element('label', {}, name, input));
  return labels.length === 0 ? [] : [...labels, button({ label: 'Run with these values', text: 'Run', icon: 'play', act: go })];
}
