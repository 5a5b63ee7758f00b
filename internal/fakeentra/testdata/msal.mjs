// Microsoft's own library for Node.js signs in at the fake, unchanged: a second opinion on what the fake is.
// argv: authority address, tenant, client id. Prints one line for each step that worked.
import { createRequire } from 'node:module';
const require = createRequire(process.argv[5]);
const { PublicClientApplication, ConfidentialClientApplication } = require('@azure/msal-node');

const [, , base, tenant, clientId] = process.argv;
const host = new URL(base).host;
const auth = { clientId, authority: `${base}/${tenant}`, knownAuthorities: [host] };

const app = new PublicClientApplication({ auth });
const first = await app.acquireTokenByDeviceCode({
  scopes: ['https://vault.azure.net/.default'],
  deviceCodeCallback: (code) => console.log('code', code.userCode.length > 0 && code.verificationUri.startsWith(base)),
});
console.log('device', first.account.username, first.scopes.includes('https://vault.azure.net/.default'));
const again = await app.acquireTokenSilent({ account: first.account, scopes: ['https://vault.azure.net/.default'] });
console.log('cached', again.fromCache, again.accessToken === first.accessToken);
const other = await app.acquireTokenSilent({ account: first.account, scopes: ['https://help.kusto.windows.net/.default'] });
console.log('other resource', other.fromCache, other.accessToken !== first.accessToken);
const forced = await app.acquireTokenSilent({ account: first.account, scopes: ['https://vault.azure.net/.default'], forceRefresh: true });
console.log('forced', forced.accessToken !== first.accessToken);

const secret = new ConfidentialClientApplication({ auth: { ...auth, clientSecret: 'FAKE-SECRET' } });
const machine = await secret.acquireTokenByClientCredential({ scopes: ['https://vault.azure.net/.default'] });
console.log('secret', machine.accessToken.length > 0);
const wrong = new ConfidentialClientApplication({ auth: { ...auth, clientSecret: 'FAKE-wrong' } });
await wrong.acquireTokenByClientCredential({ scopes: ['https://vault.azure.net/.default'] }).then(
  () => console.log('wrong secret works'),
  (error) => console.log('wrong secret', error.errorCode, /AADSTS7000215/.test(error.message)),
);
