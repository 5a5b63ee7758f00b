// npm run lspcheck: the language server against the protocol's own model, five seeds of 10,000 messages each; npm test runs fewer.
// Arguments after -- go on to lspcheck: `npm run lspcheck -- --messages 2000`.
import { main } from './failure.mjs';
import { checkProtocol } from './protocol-check.mjs';
import { checkToolchain } from './toolchain.mjs';

await main('npm run lspcheck', async (args) => {
  await checkToolchain();
  const result = await checkProtocol({ messages: 10_000, args });
  if (result?.skipped !== undefined) {
    throw new Error(`${result.skipped}: ${result.cure}`);
  }
});
