// A strict OAuth server of other people's making, with a device flow: a second opinion on polls, refusals and ends. argv: the file next
// to which node_modules is found; the seconds that a device code lives. Prints its address, then answers
//   POST /test/approve?code=…   POST /test/decline?code=…
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.argv[2]);
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const life = Number(process.argv[3]);

const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;
const clientId = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const provider = new Provider(base, {
  clients: [{
    client_id: clientId, token_endpoint_auth_method: 'none', redirect_uris: [], response_types: [],
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  }],
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
  ttl: { DeviceCode: life, AccessToken: 3600, IdToken: 3600, RefreshToken: 86400, Grant: 86400 },
  routes: { token: '/token', device_authorization: '/devicecode' },
  issueRefreshToken: async () => true,
  findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
});

async function decide(userCode, approved) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace('-', ''));
  if (!approved) {
    Object.assign(code, { error: 'access_denied', errorDescription: 'no' });
  } else {
    const grant = new provider.Grant({ accountId: 'ann', clientId });
    grant.addOIDCScope('openid offline_access');
    Object.assign(code, { accountId: 'ann', grantId: await grant.save(), scope: 'openid offline_access', authTime: Math.floor(Date.now() / 1000) });
  }
  await code.save();
}

const answer = provider.callback();
server.on('request', (req, res) => {
  const url = new URL(req.url, base);
  if (!url.pathname.startsWith('/test/')) return answer(req, res);
  decide(url.searchParams.get('code'), url.pathname === '/test/approve').then(
    () => res.end('done'),
    (error) => { res.statusCode = 500; res.end(String(error)); },
  );
});
console.log(base);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
