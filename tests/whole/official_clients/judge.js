// The cloud's own clients call the simulated cloud and must be content with it: whatever they sign it has to
// accept, whatever it answers they have to understand, and what it refuses has to come back as their own errors.
//
//   node judge.js READY-FILE FOLDER     FOLDER: for an OIDC token
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { default: OpenApi, $OpenApiUtil: { Config, OpenApiRequest, Params } } = require('@alicloud/openapi-core');
const { RuntimeOptions } = require('@darabonba/typescript');
const { RPCClient } = require('@alicloud/pop-core');
const { doRequest } = require('@alicloud/credentials/dist/src/providers/http');
const providers = {};
for (const name of ['ecs_ram_role', 'oidc_role_arn', 'ram_role_arn', 'static_ak', 'uri']) {
  providers[name] = require(`@alicloud/credentials/dist/src/providers/${name}`).default;
}

const VOD = '2017-03-21';
const STS = '2015-04-01';
const ready = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const folder = process.argv[3];
const ids = fs.readFileSync(ready.ids_file, 'utf8').trim().split('\n');
const [main, second] = ready.accounts;

function keyOf(account) {
  return { accessKeyId: account.access_key_id, accessKeySecret: account.access_key_secret };
}

// The new client, with the parameters in the query or in a form.
async function callOpenApi(action, parameters, key, endpoint, version = VOD) {
  const client = new OpenApi(new Config({ ...key, endpoint: new URL(endpoint).host, protocol: 'http' }));
  const params = new Params({
    action, version, protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC',
    reqBodyType: 'formData', bodyType: 'json',
  });
  return (await client.callApi(params, new OpenApiRequest(parameters), new RuntimeOptions({}))).body;
}

function callPop(method, action, parameters, key, endpoint, version = VOD) {
  return new RPCClient({ ...key, endpoint, apiVersion: version }).request(action, parameters, { method });
}

// The error as a program that uses openapi-core sees it.
function isOpenApiError(error, code, status) {
  const name = code.startsWith('Throttling') ? 'ThrottlingError' : status < 500 ? 'ClientError' : 'ServerError';
  assert.deepStrictEqual([error.name, error.code, error.statusCode], [name, code, status], error.message);
  assert.match(error.requestId, /^[0-9A-F-]{36}$/);
  assert.strictEqual(error.data.RequestId, error.requestId);
  assert.ok(error.data.HostId.endsWith('.aliyuncs.com') && error.data.Recommend.includes(code), error.data);
}

// The same of pop-core.
function isPopError(error, code, status) {
  assert.deepStrictEqual([error.name, error.code, error.entry.response.statusCode], [`${code}Error`, code, status],
    error.message);
  assert.strictEqual(error.data.RequestId, error.entry.response.headers['x-acs-request-id']);
  assert.ok(error.data.HostId.endsWith('.aliyuncs.com') && error.data.Recommend.includes(code), error.data);
}

// Every way in which an official client signs and sends a call.
const ways = [
  {
    name: 'openapi-core, V3', isError: isOpenApiError,
    call: (action, query, ...rest) => callOpenApi(action, { query }, ...rest),
  },
  {
    name: 'openapi-core, V3, form', isError: isOpenApiError,
    call: (action, body, ...rest) => callOpenApi(action, { body }, ...rest),
  },
  { name: 'pop-core, V1 GET', isError: isPopError, call: (...call) => callPop('GET', ...call) },
  { name: 'pop-core, V1 POST', isError: isPopError, call: (...call) => callPop('POST', ...call) },
];

async function control(route, body) {
  const answer = await fetch(ready.control + route, { method: 'POST', body: JSON.stringify(body) });
  assert.strictEqual(answer.status, 200, await answer.text());
}

const set = (settings) => control('/settings', settings);
const setMain = (settings) => set({ accounts: [{ name: 'main', ...settings }] });

async function judgeAnswers({ call }) {
  const key = keyOf(main);
  const one = await call('GetImageInfo', { ImageId: ids[0], OutputType: 'cdn', AuthTimeout: 3600 }, key, main.endpoint);
  assert.strictEqual(one.ImageInfo.ImageId, ids[0]);
  assert.strictEqual(one.ImageInfo.Status, 'Normal');
  assert.match(one.ImageInfo.URL, /[?&]auth_key=\d{10}-/);
  assert.match(one.ImageInfo.Mezzanine.FileSize, /^[0-9]+$/);
  assert.match(one.RequestId, /^[0-9A-F-]{36}$/);

  const many = await call('GetImageInfos', { ImageIds: [...ids.slice(0, 19), 'none *~+é/='].join(',') }, key, main.endpoint);
  assert.deepStrictEqual(many.ImageInfo.map((image) => image.ImageId).sort(), ids.slice(0, 19).sort());
  assert.deepStrictEqual(many.NonExistImageIds, ['none *~+é/=']);

  const stranger = await call('GetImageInfos', { ImageIds: ids[0] }, keyOf(second), second.endpoint);
  assert.deepStrictEqual(stranger.NonExistImageIds, [ids[0]]);
}

// Makes a call that has to be refused, and gives its error back.
async function refused(way, code, status, action, parameters, key = keyOf(main), version = VOD) {
  try {
    await way.call(action, parameters, key, main.endpoint, version);
  } catch (error) {
    way.isError(error, code, status);
    return error;
  }
  return assert.fail(`${way.name}: ${action} is not refused with ${code}`);
}

async function judgeRefusals(way) {
  const key = keyOf(main);
  const image = { ImageId: ids[0] };
  await refused(way, 'NoSuchResource', 404, 'GetImageInfo', { ImageId: 'none' });
  await refused(way, 'MissingImageId', 400, 'GetImageInfo', {});
  await refused(way, 'MissingImageIds', 400, 'GetImageInfos', {});
  await refused(way, 'InvalidParameter', 400, 'GetImageInfos', { ImageIds: ids.slice(0, 21).join(',') });
  await refused(way, 'InvalidParameter', 400, 'GetImageInfo', { ...image, AuthTimeout: 'soon' });
  await refused(way, 'InvalidAction.NotFound', 404, 'DeleteImage', { ImageIds: ids[0] });
  await refused(way, 'InvalidVersion', 400, 'GetImageInfo', image, key, '2018-01-01');
  const wrong = await refused(way, 'SignatureDoesNotMatch', 400, 'GetImageInfo', image, { ...key, accessKeySecret: 'x' });
  assert.ok(wrong.data.Message.includes('server string to sign is:'), wrong.data.Message);
  await refused(way, 'InvalidAccessKeyId.NotFound', 404, 'GetImageInfo', image, { ...key, accessKeyId: 'x' });
}

async function judgeAccount(way) {
  const image = { ImageId: ids[0] };
  await set({ clock_skew: '16m' });
  await refused(way, 'InvalidTimeStamp.Expired', 400, 'GetImageInfo', image);
  await set({ clock_skew: '0s' });
  await setMain({ suspended: true });
  await refused(way, 'OperationDenied.Suspended', 403, 'GetImageInfo', image);
  await setMain({ suspended: false, denied: ['GetImageInfo'] });
  const denied = await refused(way, 'Forbidden.RAM', 403, 'GetImageInfo', image);
  assert.strictEqual(denied.data.AccessDeniedDetail.AuthAction, 'vod:GetImageInfo');
  if (way.isError === isOpenApiError) assert.strictEqual(denied.accessDeniedDetail.AuthAction, 'vod:GetImageInfo');
  await setMain({ denied: [] });
  await control('/faults', { fault: 'throttle' });
  await refused(way, 'Throttling.User', 400, 'GetImageInfo', image);
  await control('/faults', { fault: 'code', code: 'ServiceUnAvailable' });
  await refused(way, 'ServiceUnAvailable', 503, 'GetImageInfo', image);
}

async function judgeSession(way) {
  const image = { ImageId: ids[1] };
  const session = await assumed();
  const answer = await way.call('GetImageInfo', image, session, main.endpoint);
  assert.strictEqual(answer.ImageInfo.ImageId, ids[1]);
  const { securityToken, ...without } = session;
  const with_ = (token) => ({ ...without, securityToken: token });
  await refused(way, 'MissingSecurityToken', 400, 'GetImageInfo', image, without);
  await refused(way, 'InvalidSecurityToken.Malformed', 400, 'GetImageInfo', image, with_(securityToken + 'x'));
  await refused(way, 'InvalidSecurityToken.MismatchWithAccessKey', 400, 'GetImageInfo', image,
    with_((await assumed()).securityToken));
  await control('/keys/expire', {});
  await refused(way, 'InvalidSecurityToken.Expired', 400, 'GetImageInfo', image, session);
}

async function assumed() {
  const { Credentials } = await callPop('POST', 'AssumeRole', {
    RoleArn: main.role_arn, RoleSessionName: 'judge', DurationSeconds: 900,
  }, keyOf(main), main.endpoint, STS);
  assert.match(Credentials.Expiration, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  return {
    accessKeyId: Credentials.AccessKeyId,
    accessKeySecret: Credentials.AccessKeySecret,
    securityToken: Credentials.SecurityToken,
  };
}

// The providers know their services by address; this sends them here.
function atHome(provider) {
  provider.doRequest = (request) => {
    request.protocol = 'http';
    request.host = new URL(main.endpoint).host;
    return doRequest(request);
  };
  return provider;
}

async function judgeProvider(name, provider) {
  const { accessKeyId, accessKeySecret, securityToken } = await provider.getCredentials();
  for (const way of ways) {
    const answer = await way.call('GetImageInfo', { ImageId: ids[0] }, { accessKeyId, accessKeySecret, securityToken },
      main.endpoint);
    assert.strictEqual(answer.ImageInfo.ImageId, ids[0]);
  }
  console.log(`credentials, ${name}: content`);
}

function roleProvider(account, secret) {
  const key = providers.static_ak.builder().withAccessKeyId(account.access_key_id).withAccessKeySecret(secret).build();
  return atHome(providers.ram_role_arn.builder().withCredentialsProvider(key).withRoleArn(account.role_arn)
    .withDurationSeconds(900).withRoleSessionName('judge').build());
}

async function judgeProviders() {
  await judgeProvider('AssumeRole', roleProvider(main, main.access_key_secret));
  // It says so only where the server's string to sign is, letter by letter, its own.
  await assert.rejects(roleProvider(main, 'wrong').getCredentials(), /the access key secret is invalid/);
  const file = path.join(folder, 'oidc-token');
  const oidc = (token) => {
    fs.writeFileSync(file, token);
    return atHome(providers.oidc_role_arn.builder().withRoleArn(main.role_arn).withOIDCProviderArn(main.oidc_provider_arn)
      .withOIDCTokenFilePath(file).withDurationSeconds(900).withRoleSessionName('judge').build());
  };
  await set({ temporary: { oidc_token: 'the.good.one' } });
  await judgeProvider('AssumeRoleWithOIDC', oidc('the.good.one'));
  await assert.rejects(oidc('another.one').getCredentials(), /AuthenticationFail\.OIDCToken\.Invalid/);

  const machine = (role, tokenOnly) => atHome(providers.ecs_ram_role.builder().withRoleName(role).withDisableIMDSv1(tokenOnly)
    .build());
  await judgeProvider('machine', machine('', false));
  await set({ temporary: { token_required: true } });
  await judgeProvider('machine, with a token', machine('vod-reader', true));
  await assert.rejects(machine('another', true).getCredentials(), /404/);
  await set({ temporary: { token_required: false } });
  const uri = `${main.endpoint}/latest/meta-data/ram/security-credentials/vod-reader`;
  await judgeProvider('URI', providers.uri.builder().withCredentialsURI(uri).build());
}

// A nonce is good once; only the older client lets us choose it.
async function judgeNonce() {
  const image = { ImageId: ids[0], SignatureNonce: 'the-one-and-only' };
  const way = ways.at(-1);
  await way.call('GetImageInfo', image, keyOf(main), main.endpoint);
  await refused(way, 'SignatureNonceUsed', 400, 'GetImageInfo', image);
  console.log(`${way.name}, nonce: content`);
}

// The newer client knows how long it was told to wait.
async function judgeHint() {
  await set({ faults: { throttle_hint: 'acs_retry_after', hint: '1500ms', throttle_status: 429 } });
  await control('/faults', { fault: 'throttle' });
  const error = await refused(ways[0], 'Throttling.User', 429, 'GetImageInfo', { ImageId: ids[0] });
  assert.strictEqual(Number(error.retryAfter), 1500);
  console.log(`${ways[0].name}, hint: content`);
}

(async () => {
  assert.ok(ids.length > 20 && second.endpoint !== main.endpoint);
  for (const way of ways) {
    await judgeAnswers(way);
    await judgeRefusals(way);
    await judgeAccount(way);
    await judgeSession(way);
    console.log(`${way.name}: content`);
  }
  await judgeProviders();
  await judgeNonce();
  await judgeHint();
  process.exit(0); // keep-alive connections would hold it up
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
