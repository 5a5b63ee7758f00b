// config.toml of a person whose model answers on this machine, for tests that need one.

/** The block of an endpoint; `also` are more lines of it. */
export const provider = (name, address, also = '') => `
[model_providers.${name.toLowerCase()}]
name = "${name}"
base_url = "${address}"
env_key = "CALYPSO_TEST_KEY"
${also}`;

/** All of it: the model at this address, what else stands below it, and a sign-in by code where the authority has this certificate. */
export const modelConfig = (address, { model = 'test-model', also = '', more = '', ca } = {}) => `model = "${model}"
model_provider = "local"
${provider('Local', address, also)}${more}${ca === undefined ? '' : `\n[azure_auth]\nmode = "device_code"\nca_file = '${ca}'\n`}`;
