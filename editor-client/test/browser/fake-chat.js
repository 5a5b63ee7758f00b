// Plays the extension for the Chat view in a plain page: it keeps what the view says, and says what a test tells it to.
(() => {
  const posted = [];
  const bar = { busy: '', place: 'Embedded / Samples', document: 'a.kql', status: { model: { provider: 'p', deployment: 'm', host: 'h', auth: 'none' }, models: [], configFile: '', tools: [], commands: [{ name: '/tables', arguments: '', description: 'List the tables' }], connection: 'c', name: 'c', database: 'd', approval: 'ask', limits: { rows: 1, bytes: 1, seconds: 1, previewRows: 1 } } };
  window.host = { posted, bar, say: (message) => window.postMessage(message, '*') };
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      posted.push(message);
      if (message.type === 'ready') {
        window.host.say({ type: 'all', items: [], bar });
      } else if (message.type === 'complete') {
        const items = [{ line: '/tables', label: '/tables', detail: 'List the tables' }].filter(({ line }) => line.startsWith(message.text) && line !== message.text);
        window.host.say({ type: 'completions', line: message.text, items });
      }
    },
    getState: () => undefined,
    setState: () => undefined,
  });
})();
