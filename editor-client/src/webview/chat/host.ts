/** The line to the extension, for the chat. */
import type { FromChat, ToChat } from '../../agent/messages';
import type { Host } from '../host';

export type ChatHost = Host<FromChat, ToChat>;
