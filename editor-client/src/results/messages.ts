/**
 * What the Results webview and the extension tell each other. Both sides check the shape of what comes in: a webview is a
 * web page, and a message is outside data. What a call's params must be, the server checks.
 */
import type { FailureInfo, QueryRunParams, Requests, TabsChanged } from '../../generated/protocol';

/** A call that the webview makes through the extension. */
export interface ReadCall {
  readonly method: keyof Requests;
  readonly params: object;
}

/** A call with its id, which the answer bears. */
export interface CallMessage {
  readonly type: 'call';
  readonly id: number;
  readonly call: ReadCall;
}

/** What a call came to. */
export type Answered =
  | { readonly type: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly error: FailureInfo };

export type FromWebview = CallMessage | { readonly type: 'run'; readonly run: QueryRunParams } | { readonly type: 'log' | 'history' | 'focused' | 'leave' };

/** Lost: the server ended, and what ran there with it. */
export type ToWebview = { readonly type: 'tabs'; readonly state: TabsChanged } | { readonly type: 'lost' } | Answered;

export type Shape = Record<string, unknown>;

export const object = (v: unknown): v is Shape => typeof v === 'object' && v !== null && !Array.isArray(v);
export const text = (v: unknown): v is string => typeof v === 'string';
export const count = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;
export const optional = (v: unknown, test: (v: unknown) => boolean): boolean => v === undefined || test(v);

/** No other method gets by; a file is written only where a person was asked for it. */
const callable = /^kusto\/(result\/(?!export$)|tabs\/)\w+$/;

export function isCall(v: unknown): v is ReadCall {
  return object(v) && text(v['method']) && callable.test(v['method']) && object(v['params']);
}

/** The message, or undefined when it has no known shape. */
export function fromWebview(v: unknown): FromWebview | undefined {
  const known =
    object(v) && ((v['type'] === 'call' && count(v['id']) && isCall(v['call'])) || (v['type'] === 'run' && object(v['run'])) || ['log', 'history', 'focused', 'leave'].includes(String(v['type'])));
  return known ? (v as unknown as FromWebview) : undefined;
}

/** The message, or undefined when it has no known shape. */
export function toWebview(v: unknown): ToWebview | undefined {
  if (!object(v)) {
    return undefined;
  }
  const state = v['state'];
  const tabs = v['type'] === 'tabs' && object(state) && text(state['front']) && Array.isArray(state['tabs']) && state['tabs'].every((tab) => object(tab) && text(tab['tab']));
  return tabs || v['type'] === 'lost' ? (v as unknown as ToWebview) : answered(v);
}

/** The answer to a call, or undefined when it is none. */
export function answered(value: Shape): Answered | undefined {
  const known = count(value['id']) && (value['type'] === 'answer' || (value['type'] === 'refused' && object(value['error'])));
  return known ? (value as unknown as Answered) : undefined;
}
