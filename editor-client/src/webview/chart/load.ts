/** Loads the charts when the first is asked for: they are a script of their own, so that rows aren't kept waiting for it. */
import type { ChartView } from './view';

declare global {
  var calypsoChart: typeof ChartView | undefined;
}

// Both are only known while this script runs. The policy allows scripts with the page's nonce, and no others.
const own = document.currentScript as HTMLScriptElement | null;
const source = own?.src.replace(/\w+\.js(?=\?|$)/, 'chart-view.js') ?? '';
const nonce = own?.nonce ?? '';
let loading: Promise<typeof ChartView> | undefined;

export function loadChart(): Promise<typeof ChartView> {
  loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { nonce, src: source });
    script.addEventListener('load', () => globalThis.calypsoChart && resolve(globalThis.calypsoChart));
    script.addEventListener('error', () => reject(new Error('the charts could not be loaded')));
    document.head.append(script);
  });
  return loading;
}
