// Where the keyboard is, as a person sees it: a ring around what has the focus, or another ground under it, that stands out by 3 to 1
// from what is beside it, and that isn't there without the focus. And that what has it is in sight.

/** Puts the keyboard before all that a page has: to take it away from something leaves it there. */
export const toBegin = (page) => page.evaluate(() => {
  const first = Object.assign(document.createElement('i'), { tabIndex: 0 });
  document.body.prepend(first);
  first.focus();
  first.remove();
});

/** Goes through a page by Tab until it comes round; gives a line for each stop where the focus can't be seen. */
export async function unseen(page, what) {
  await toBegin(page);
  const stops = [];
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(look);
    if (stop === undefined || stops.some(({ id }) => id === stop.id)) {
      break;
    }
    stops.push(stop);
  }
  return stops.filter((stop) => !isSeen(stop)).map((stop) => `${what}: ${inWords(stop)}`);
}

/** The same of what has the focus now. */
export async function unseenNow(page, what) {
  const stop = await page.evaluate(look);
  return stop === undefined ? [`${what}: nothing has the focus`] : isSeen(stop) ? [] : [`${what}: ${inWords(stop)}`];
}

const isSeen = ({ stands, changed, inSight }) => stands >= 3 && changed >= 1.3 && inSight;
const inWords = ({ name, stands, changed, inSight }) => `${name} stands out by ${stands.toFixed(1)}, changed by ${changed.toFixed(1)}, ${inSight ? 'in' : 'out of'} sight`;

/** In the page: what has the focus, and how it looks. */
function look() {
  const element = document.activeElement;
  if (element === null || element === document.body) {
    return undefined;
  }
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const over = (below, colour) => {
    canvas.fillStyle = `rgb(${below.join()})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const ground = (node) => (node === null ? [255, 255, 255] : over(ground(node.parentElement), getComputedStyle(node).backgroundColor));
  const light = (colour) => colour.map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);

  const style = getComputedStyle(element);
  const [inside, outside] = [ground(element), ground(element.parentElement)];
  const marks = [];
  const ring = (colour, at, beside) => {
    const seen = over(at, colour);
    marks.push({ stands: Math.max(...beside.map((other) => contrast(seen, other))), changed: contrast(seen, at) });
  };
  if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) {
    const within = parseFloat(style.outlineOffset) < 0;
    // A ring within lies on the border where there is one as wide as it.
    const border = parseFloat(style.borderTopWidth) >= parseFloat(style.outlineWidth) && style.borderTopStyle !== 'none' ? over(inside, style.borderTopColor) : inside;
    ring(style.outlineColor, within ? border : outside, within ? [inside, outside] : [outside]);
  }
  const field = element.closest('.field');
  if (field !== null) {
    const around = ground(field.parentElement);
    const { borderTopColor, outlineColor, outlineStyle } = getComputedStyle(field);
    ring(outlineStyle === 'none' ? borderTopColor : outlineColor, around, [ground(field), around]);
  }
  if (element.getAttribute('role')?.startsWith('menuitem') === true) {
    marks.push({ stands: contrast(inside, outside), changed: contrast(inside, outside) });
  }
  window.stops ??= new Map();
  if (!window.stops.has(element)) {
    window.stops.set(element, window.stops.size);
  }
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const best = marks.sort((a, b) => Math.min(b.stands / 3, b.changed) - Math.min(a.stands / 3, a.changed))[0] ?? { stands: 1, changed: 1 };
  return {
    ...best,
    id: window.stops.get(element),
    name: `${element.tagName.toLowerCase()}.${element.className} ${element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)}`,
    inSight: right > 0 && bottom > 0 && left < innerWidth && top < innerHeight && right - left > 2 && bottom - top > 2,
  };
}
