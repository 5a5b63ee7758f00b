/**
 * A model's Markdown as elements. What it writes is data from outside, maybe made of rows that somebody else filled: no HTML, no
 * image, no link but https, no style passes. While text streams only the last block is drawn anew.
 */
import createDOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import { codeBlock, type Actions } from './code';

const markdown = new MarkdownIt({ html: false, linkify: false, breaks: false }).disable('image');
markdown.validateLink = (href) => /^https:\/\//i.test(href);

// Alignment comes as a style attribute, which the page's policy forbids.
for (const cell of ['th_open', 'td_open'] as const) {
  markdown.renderer.rules[cell] = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    const style = String(token?.attrGet('style') ?? '');
    if (token !== undefined) {
      token.attrs = style === '' ? null : [['class', style.replace(/^text-align:/, '')]];
    }
    return self.renderToken(tokens, index, options);
  };
}

const purify = createDOMPurify(window);
const allowed = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code', 'em', 'strong', 's', 'a'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  ALLOWED_ATTR: ['href', 'class', 'start'],
  RETURN_DOM_FRAGMENT: true as const,
};

const drawable = {
  ALLOWED_TAGS: ['svg', 'g', 'text', 'title', 'rect', 'path', 'circle', '#text'],
  ALLOWED_ATTR: ['class', 'role', 'aria-label', 'viewbox', 'x', 'y', 'cx', 'cy', 'r', 'd', 'width', 'height', 'text-anchor', 'stroke-dasharray'],
  RETURN_DOM_FRAGMENT: true as const,
};

/** Draws text, and draws again what changed of it. */
export class Markdown {
  private blocks: { source: string; node: HTMLElement }[] = [];
  private text = '';
  private frame = 0;

  constructor(
    readonly root: HTMLElement,
    private readonly actions: Actions,
  ) {}

  /** Draws at the next frame: pieces come faster than people see. */
  set(text: string): void {
    this.text = text;
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => this.draw());
    }
  }

  /** Draws now. */
  draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const sources = split(this.text);
    const same = this.blocks.findIndex((block, index) => block.source !== sources[index]);
    const keep = same === -1 ? Math.min(this.blocks.length, sources.length) : same;
    for (const { node } of this.blocks.slice(keep)) {
      node.remove();
    }
    this.blocks.length = keep;
    for (const source of sources.slice(keep)) {
      const node = this.render(source);
      this.root.append(node);
      this.blocks.push({ source, node });
    }
  }

  private render(source: string): HTMLElement {
    const node = document.createElement('div');
    node.className = 'block';
    node.append(purify.sanitize(markdown.render(source), allowed));
    for (const link of node.querySelectorAll('a')) {
      const href = link.href;
      link.addEventListener('click', (event) => {
        event.preventDefault();
        this.actions.link(href);
      });
    }
    for (const pre of node.querySelectorAll('pre')) {
      const language = /language-(\S+)/.exec(pre.firstElementChild?.className ?? '')?.[1] ?? '';
      pre.replaceWith(codeBlock(pre.textContent, ['kusto', 'kql', 'csl', ''].includes(language.toLowerCase()), this.actions));
    }
    return node;
  }
}

/** The text's top blocks, as their lines. A list or a fence that is still open is one block. */
function split(text: string): string[] {
  const lines = text.split('\n');
  const starts = markdown
    .parse(text, {})
    .filter((token) => token.level === 0 && token.map !== null && token.nesting >= 0)
    .map((token) => token.map?.[0] ?? 0);
  return starts.map((start, index) => lines.slice(start, starts[index + 1] ?? lines.length).join('\n'));
}

/** A picture that the server drew; names in it come from rows. */
export function picture(svg: string): DocumentFragment {
  return purify.sanitize(svg, drawable);
}
