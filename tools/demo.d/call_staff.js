// Chromium as the staff's browser (or as both ends, for comparison). Reads one JSON request a line and answers each with
// one line; candidates come in between. Arguments: JSON {"page", "picture", "sound"}: what its camera shows (YUV4MPEG2)
// and its microphone hears (WAV). Runs in tools/console, whose playwright-core it uses.
'use strict';
const { createRequire } = require('node:module');
const readline = require('node:readline');
const fs = require('node:fs');
const { chromium } = createRequire(process.cwd() + '/')('playwright-core');

const given = JSON.parse(process.argv[2]);
const say = message => process.stdout.write(JSON.stringify(message) + '\n');
const address = 'https://staff.madoguchi.test/';  // never asked for: a page may use a camera only when it is "secure"

async function open() {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: [
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--no-sandbox', '--disable-gpu',
    ...(given.picture ? [`--use-file-for-fake-video-capture=${given.picture}`] : []),
    ...(given.sound ? [`--use-file-for-fake-audio-capture=${given.sound}`] : []),
    '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--autoplay-policy=no-user-gesture-required', '--disable-background-networking', '--no-first-run'] });
  const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
  page.on('pageerror', error => process.stderr.write(`${error}\n`));
  await page.route('**/*', route => route.fulfill({ contentType: 'text/html', body: fs.readFileSync(given.page, 'utf8') }));
  await page.exposeFunction('tell', say);
  await page.goto(address);
  return { browser, page };
}

const deeds = {
  take_offer: (page, ask) => page.evaluate(([sdp, options]) => takeOffer(sdp, options), [ask.sdp, ask.options ?? {}]),
  make_offer: (page, ask) => page.evaluate(options => makeOffer(options), ask.options ?? {}),
  take_answer: (page, ask) => page.evaluate(([sdp, options]) => takeAnswer(sdp, options), [ask.sdp, ask.options ?? {}]),
  candidate: (page, ask) => page.evaluate(([text, line]) => addCandidate(text, line), [ask.candidate, ask.line]),
  mute: (page, ask) => page.evaluate(on => mute(on), ask.on),
  listen: page => page.evaluate(() => listen()),
  report: page => page.evaluate(() => report()),
  picture: (page, ask) => page.screenshot({ path: ask.path }).then(() => true),
};

(async () => {
  const { browser, page } = await open();
  say({ ready: true });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const ask = JSON.parse(line);
    try {
      say({ id: ask.id, value: await deeds[ask.do](page, ask) });
    } catch (error) {
      say({ id: ask.id, error: String(error) });
    }
  }
  await browser.close();
  process.exit(0);
})().catch(error => { process.stderr.write(`${error}\n`); process.exit(1); });
