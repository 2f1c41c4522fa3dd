// Sound and picture of one call with a peer that makes the offers: the kiosk, or for an interpreter the staff's browser.
// A new offer with a higher connection number takes the place of the connection before. Nothing is recorded.

import type { CallRelay, ConsultCandidate, ConsultDescription } from '../generated/messages';

export type Signal = ConsultDescription | ConsultCandidate;

const look_ms = 1000;
/** Packets that do not come, and sound that is nothing at all, are noticed after so long. */
const packets_after_ms = 3000;
const silence_after_ms = 8000;

export function connectionTo(relay: CallRelay | null): RTCPeerConnection {
  const urls = relay?.urls ?? [];
  if (!relay || urls.length === 0) return new RTCPeerConnection();
  return new RTCPeerConnection({
    iceServers: [{ urls, username: relay.user, credential: relay.password }], iceTransportPolicy: 'relay',
  });
}

/** Own camera and microphone, as far as there are any. */
export async function openDevices(): Promise<MediaStream> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const video = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
  for (const wanted of [{ audio, video }, { audio, video: false }, { audio: false, video }]) {
    try {
      return await navigator.mediaDevices.getUserMedia(wanted);
    } catch {
      // The next best: the resident is told by Open what there is.
    }
  }
  return new MediaStream();
}

/** Tells by and by whether the other end is heard: packets, and sound that is not digital silence. */
class Ear {
  private readonly context = new AudioContext();
  private readonly analyser = this.context.createAnalyser();
  private readonly samples = new Float32Array(this.analyser.fftSize);
  private readonly timer: ReturnType<typeof setInterval>;
  private packets = -1;
  private packetsAt = Date.now();
  private soundAt = Date.now();
  /** The microphone of the other end is open; what is closed is not missed. */
  expected = true;
  level = 0;

  constructor(private readonly peer: RTCPeerConnection, private readonly told: (heard: boolean) => void) {
    this.timer = setInterval(() => void this.look(), look_ms);
  }
  listen(stream: MediaStream): void {
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }
  close(): void {
    clearInterval(this.timer);
    void this.context.close();
  }

  private async look(): Promise<void> {
    const now = Date.now();
    let packets = 0;
    for (const one of (await this.peer.getStats()).values() as Iterable<Record<string, unknown>>) {
      if (one['type'] === 'inbound-rtp' && one['kind'] === 'audio') packets += Number(one['packetsReceived'] ?? 0);
    }
    if (packets !== this.packets) this.packetsAt = now;
    this.packets = packets;
    this.analyser.getFloatTimeDomainData(this.samples);
    this.level = this.samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    // A page that may not play yet measures nothing.
    if (this.level > 0 || this.context.state !== 'running' || !this.expected) this.soundAt = now;
    if (!this.expected || this.peer.connectionState !== 'connected') this.packetsAt = now;
    this.told(now - this.packetsAt < packets_after_ms && now - this.soundAt < silence_after_ms);
  }
}

export class Talk {
  readonly remote = document.createElement('video');
  readonly self = document.createElement('video');
  remoteStream = new MediaStream();
  /** Of the other end's newest offer that was taken. */
  connection = 0;
  state: 'waiting' | RTCPeerConnectionState = 'waiting';
  heard = true;
  microphone = true;
  camera = true;
  private readonly devices: Promise<MediaStream>;
  private local: MediaStream | null = null;
  private peer: RTCPeerConnection | null = null;
  private ear: Ear | null = null;
  private early: ConsultCandidate[] = [];
  private senders: RTCRtpSender[] = [];
  /** What goes out instead of the own tracks, while a third person is there. */
  private instead: MediaStream | null = null;
  private held = false;
  private closed = false;
  /** Called whenever a track of the other end has come, after a new connection too. */
  tracked: () => void = () => {};

  constructor(
    private readonly send: (signal: Signal) => void,
    private readonly changed: () => void,
    private readonly missing: (missing: boolean) => void = () => {},
  ) {
    this.remote.autoplay = this.remote.playsInline = true;
    this.self.autoplay = this.self.playsInline = this.self.muted = true;
    this.devices = openDevices();
    void this.devices.then((stream) => {
      if (this.closed) return stream.getTracks().forEach((track) => track.stop());
      this.local = stream;
      this.self.srcObject = stream;
      this.apply();
    });
  }

  get hasMicrophone(): boolean {
    return (this.local?.getAudioTracks().length ?? 0) > 0;
  }
  get hasCamera(): boolean {
    return (this.local?.getVideoTracks().length ?? 0) > 0;
  }
  get level(): number {
    return this.ear?.level ?? 0;
  }
  localStream(): Promise<MediaStream> {
    return this.devices;
  }

  take(signal: Signal, relay: CallRelay | null): void {
    if (signal.type === 'description') void this.answer(signal, relay);
    else this.takeCandidate(signal);
  }
  private takeCandidate(candidate: ConsultCandidate): void {
    if (candidate.connection < this.connection) return;
    if (candidate.connection > this.connection || !this.peer?.remoteDescription) {
      this.early.push(candidate);
      return;
    }
    const init = candidate.candidate === '' ? undefined : { candidate: candidate.candidate, sdpMLineIndex: candidate.line };
    // One that this browser does not understand is of no use; the others are.
    this.peer.addIceCandidate(init).catch(() => {});
  }

  private async answer(offer: ConsultDescription, relay: CallRelay | null): Promise<void> {
    if (offer.connection <= this.connection) return;
    this.connection = offer.connection;
    this.drop();
    const peer = connectionTo(relay);
    this.peer = peer;
    const mine = () => this.peer === peer;
    this.watch(peer, offer.connection);
    await peer.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    const devices = await this.devices;
    if (!mine()) return;
    const out = this.instead ?? devices;
    this.senders = out.getTracks().map((track) => peer.addTrack(track, devices));
    await peer.setLocalDescription(await peer.createAnswer());
    if (!mine()) return;
    this.send({ type: 'description', connection: offer.connection, sdp: peer.localDescription?.sdp ?? '' });
    const early = this.early.filter((one) => one.connection === offer.connection);
    this.early = [];
    for (const one of early) this.takeCandidate(one);
  }

  private watch(peer: RTCPeerConnection, connection: number): void {
    this.remoteStream = new MediaStream();
    this.remote.srcObject = this.remoteStream;
    this.ear = new Ear(peer, (heard) => {
      if (heard === this.heard || this.peer !== peer) return;
      this.heard = heard;
      this.missing(!heard);
      this.changed();
    });
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (this.peer !== peer) return;
      this.send({ type: 'candidate', connection, line: candidate?.sdpMLineIndex ?? 0, candidate: candidate?.candidate ?? '' });
    });
    peer.addEventListener('track', ({ track }) => {
      this.remoteStream.addTrack(track);
      if (track.kind === 'audio') this.ear?.listen(new MediaStream([track]));
      void this.play();
      this.tracked();
      this.changed();
    });
    peer.addEventListener('connectionstatechange', () => {
      if (this.peer !== peer) return;
      this.state = peer.connectionState;
      this.changed();
    });
  }

  /** Elements that were moved within the page have to be started again. */
  async play(): Promise<void> {
    await Promise.allSettled([this.remote.play(), this.self.play()]);
  }
  /** The other end says whether its microphone is open. */
  expectSound(open: boolean): void {
    if (this.ear) this.ear.expected = open;
  }
  set(microphone: boolean, camera: boolean): void {
    this.microphone = microphone;
    this.camera = camera;
    this.apply();
  }
  hold(held: boolean): void {
    this.held = held;
    this.apply();
  }
  private apply(): void {
    this.local?.getAudioTracks().forEach((track) => { track.enabled = this.microphone && !this.held; });
    this.local?.getVideoTracks().forEach((track) => { track.enabled = this.camera && !this.held; });
    this.instead?.getTracks().forEach((track) => { track.enabled = !this.held; });
    this.remote.muted = this.held;
    this.changed();
  }
  /** Sends these tracks from now on; nothing: the own ones again. */
  async sendInstead(stream: MediaStream | null): Promise<void> {
    this.instead = stream;
    this.apply();
    const from = stream ?? await this.devices;
    for (const sender of this.senders) {
      const kind = sender.track?.kind;
      const track = from.getTracks().find((one) => one.kind === kind);
      if (track) await sender.replaceTrack(track);
    }
  }

  private drop(): void {
    this.ear?.close();
    this.ear = null;
    this.peer?.close();
    this.peer = null;
    this.heard = true;
    this.state = 'waiting';
  }
  close(): void {
    this.closed = true;
    this.drop();
    this.local?.getTracks().forEach((track) => track.stop());
    this.remote.srcObject = this.self.srcObject = null;
  }
}
