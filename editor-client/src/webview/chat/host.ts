/** The line to the extension, for the chat. */
import type { FromChat, ToChat } from '../../agent/messages';
import type { Answered } from '../../results/messages';
import type { Host } from '../host';

export type ChatNews = Exclude<ToChat, Answered>;
export type ChatHost = Host<FromChat, ChatNews>;
