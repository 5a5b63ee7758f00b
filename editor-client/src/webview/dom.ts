/** Makes DOM elements. Text always goes in as textContent, so that nothing out of a result becomes markup. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes and children. A false or missing attribute is left out, true becomes an empty one. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? '' : String(value));
    }
  }
  made.append(...children);
  return made;
}

/** A codicon; it is decoration, the label beside it or on its button speaks. */
export function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

/** A button with an action. Label is what a screen reader says and, without text, what the tooltip shows. */
export function button(options: { label: string; icon?: string; text?: string; class?: string; act: () => void }): HTMLButtonElement {
  const made = element('button', {
    type: 'button',
    class: options.class,
    title: options.text === undefined ? options.label : undefined,
    'aria-label': options.label,
  });
  if (options.icon !== undefined) {
    made.append(icon(options.icon));
  }
  if (options.text !== undefined) {
    made.append(options.text);
  }
  made.addEventListener('click', options.act);
  return made;
}
