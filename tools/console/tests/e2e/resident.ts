// A kiosk with a resident in a call: the gateway's API with the kiosk's certificate, its live connection, and for sound
// and picture a browser page in the place of kiosk-call, which makes the offers as kiosk-call does.

import { request } from 'node:https';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { ConsultFromKiosk, ConsultToKiosk, ConsultTopic } from '../../src/generated/messages';
import type { Desk, Tablet } from './desk';
import { KioskEnd, type KioskFiles } from './kiosk';

export class Resident {
  readonly call = randomUUID();
  readonly told: ConsultToKiosk[] = [];
  private connection = 0;
  private read = 0;
  private work: Promise<void> = Promise.resolve();
  private readonly timer: ReturnType<typeof setInterval>;

  private constructor(
    private readonly address: string, private readonly files: KioskFiles, private readonly end: KioskEnd,
    private readonly media: Tablet,
  ) {
    // What came is worked on in its order, one after another.
    this.timer = setInterval(() => {
      for (const one of this.end.heard.slice(this.read)) {
        this.read += 1;
        if (one.type === 'consult_told' && one.call === this.call) {
          this.told.push(one.what);
          this.work = this.work.then(() => this.take(one.what));
        }
      }
    }, 20);
  }

  static async arrive(desk: Desk, name: string): Promise<Resident> {
    const files = name === 'kiosk-001' ? desk.kioskFiles() : desk.makeKiosk(name);
    const media = await desk.tablet();
    await media.open();
    const resident = new Resident(desk.kioskAddress, files, await KioskEnd.connect(desk.kioskAddress, files), media);
    await media.page.exposeFunction('tellCity', (what: ConsultFromKiosk) => resident.say(what));
    return resident;
  }

  get page(): Page {
    return this.media.page;
  }
  say(what: ConsultFromKiosk): void {
    this.end.say({ type: 'consult_said', call: this.call, what });
  }
  post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    return this.http('POST', path, JSON.stringify(body));
  }
  get(path: string): Promise<{ status: number; body: unknown }> {
    return this.http('GET', path);
  }
  async ask(topic: ConsultTopic, language = 'ja'): Promise<unknown> {
    const { status, body } = await this.post('/v1/consultations',
      { call: this.call, topic, language, booth_closed: false });
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    this.say({ type: 'here', connection: 0 });
    return body;
  }
  last<T extends ConsultToKiosk['type']>(type: T): Extract<ConsultToKiosk, { type: T }> | undefined {
    return [...this.told].reverse().find((one): one is Extract<ConsultToKiosk, { type: T }> => one.type === type);
  }
  /** Frames of the city's picture, sound that came from there, since the newest connection. */
  received(): Promise<{ frames: number; energy: number; width: number }> {
    return this.page.evaluate(async () => {
      const { peer } = globalThis as unknown as { peer?: RTCPeerConnection };
      const out = { frames: 0, energy: 0, width: 0 };
      if (!peer) return out;
      for (const one of (await peer.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (one['type'] !== 'inbound-rtp') continue;
        out.frames += Number(one['framesDecoded'] ?? 0);
        out.energy += Number(one['totalAudioEnergy'] ?? 0);
        out.width = Math.max(out.width, Number(one['frameWidth'] ?? 0));
      }
      return out;
    });
  }
  /** The microphone says nothing any more, or does again. */
  setSilent(silent: boolean): Promise<void> {
    return this.page.evaluate(async (quiet) => {
      const { peer, own } = globalThis as unknown as { peer: RTCPeerConnection; own: MediaStream };
      const track = quiet ? null : own.getAudioTracks()[0] ?? null;
      for (const { sender } of peer.getTransceivers().filter(({ receiver }) => receiver.track.kind === 'audio')) {
        await sender.replaceTrack(track);
      }
    }, silent);
  }
  async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.work.catch(() => {});
    this.end.cut();
    await this.media.close();
  }

  private async take(what: ConsultToKiosk): Promise<void> {
    if (what.type === 'answered') {
      this.connection += 1;
      await this.offer(this.connection);
    } else if (what.type === 'description' || what.type === 'candidate') {
      await this.page.evaluate(async (signal) => {
        const { peer, connection } = globalThis as unknown as { peer?: RTCPeerConnection; connection: number };
        if (!peer || signal.connection !== connection) return;
        if (signal.type === 'description') await peer.setRemoteDescription({ type: 'answer', sdp: signal.sdp });
        else if (signal.candidate !== '') await peer.addIceCandidate({ candidate: signal.candidate, sdpMLineIndex: signal.line });
      }, what);
    }
  }
  private async offer(number: number): Promise<void> {
    await this.page.evaluate(async (connection) => {
      type Kept = { peer?: RTCPeerConnection; own?: MediaStream; connection: number; tellCity: (what: unknown) => void };
      const kept = globalThis as unknown as Kept;
      kept.peer?.close();
      kept.own ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      const peer = new RTCPeerConnection();
      Object.assign(kept, { peer, connection });
      for (const track of kept.own.getTracks()) peer.addTrack(track, kept.own);
      const city = document.createElement('video');
      city.autoplay = true;
      city.srcObject = new MediaStream();
      document.querySelectorAll('video').forEach((one) => one.remove());
      document.body.append(city);
      // Sound is measured where it is played, and nothing plays in a test: WebAudio pulls it.
      const ear = new AudioContext();
      peer.addEventListener('track', ({ track }) => {
        (city.srcObject as MediaStream).addTrack(track);
        if (track.kind === 'audio') ear.createMediaStreamSource(new MediaStream([track])).connect(ear.destination);
      });
      await peer.setLocalDescription(await peer.createOffer());
      kept.tellCity({ type: 'description', connection, sdp: peer.localDescription?.sdp });
      peer.addEventListener('icecandidate', ({ candidate }) => kept.tellCity(
        { type: 'candidate', connection, line: candidate?.sdpMLineIndex ?? 0, candidate: candidate?.candidate ?? '' }));
    }, number);
  }

  private http(method: string, path: string, body?: string): Promise<{ status: number; body: unknown }> {
    const colon = this.address.lastIndexOf(':');
    return new Promise((found, failed) => {
      const asked = request({
        method, path, host: this.address.slice(0, colon), port: Number(this.address.slice(colon + 1)), servername: 'localhost',
        agent: false, ca: readFileSync(this.files.ca), cert: readFileSync(this.files.certificate), key: readFileSync(this.files.key),
        headers: body === undefined ? {} : { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID(), 'Content-Length': Buffer.byteLength(body) },
      }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (some: string) => { text += some; })
          .on('end', () => found({ status: answer.statusCode!, body: text === '' ? null : JSON.parse(text) }));
      });
      asked.on('error', failed);
      asked.end(body);
    });
  }
}
