/** A menu of what the server says can be done: at the pointer or below what has the focus, by keyboard as any menu. */
import type { MenuItem } from '../../generated/protocol';
import { element, icon } from './dom';

export interface At {
  readonly x: number;
  readonly y: number;
}

/** Where a menu belongs that a key opened: below the element. */
export function below(target: Element): At {
  const box = target.getBoundingClientRect();
  return { x: box.left, y: box.bottom };
}

export function showMenu(items: readonly MenuItem[], at: At, act: (action: string) => void): void {
  const before = document.activeElement;
  const menu = element('div', { class: 'menu', role: 'menu', tabindex: -1 });
  const close = (refocus: boolean): void => {
    document.removeEventListener('mousedown', outside, true);
    window.removeEventListener('blur', leave);
    menu.remove();
    if (refocus && before instanceof HTMLElement) {
      before.focus({ preventScroll: true });
    }
  };
  const outside = (event: MouseEvent): void => {
    if (!menu.contains(event.target as Node)) {
      close(false);
    }
  };
  const leave = (): void => close(false);
  for (const item of items) {
    menu.append(item.label === undefined ? element('hr', { role: 'separator' }) : itemOf(item, () => {
      close(true);
      act(item.action ?? '');
    }));
  }
  const entries = [...menu.querySelectorAll<HTMLElement>('button')];
  menu.addEventListener('keydown', (event) => {
    const now = entries.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      entries.at(step % entries.length)?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      close(true);
    } else if (event.key.length === 1 && event.key !== ' ') {
      const starts = (entry: HTMLElement): boolean => entry.textContent.toLowerCase().startsWith(event.key.toLowerCase());
      (entries.slice(now + 1).find(starts) ?? entries.find(starts))?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(menu);
  menu.style.left = `${Math.max(0, Math.min(at.x, window.innerWidth - menu.offsetWidth - 4))}px`;
  menu.style.top = `${Math.max(0, Math.min(at.y, window.innerHeight - menu.offsetHeight - 4))}px`;
  document.addEventListener('mousedown', outside, true);
  window.addEventListener('blur', leave);
  entries[0]?.focus();
}

function itemOf(item: MenuItem, act: () => void): HTMLElement {
  const checks = item.checked !== undefined;
  const made = element('button', { type: 'button', role: checks ? 'menuitemcheckbox' : 'menuitem', 'aria-checked': checks ? 'true' : undefined });
  made.append(checks ? icon('check') : element('span', { class: 'gap' }), element('span', { class: 'label' }, item.label ?? ''));
  if (item.keys !== undefined) {
    made.append(element('span', { class: 'keys' }, item.keys));
  }
  made.addEventListener('click', act);
  return made;
}
