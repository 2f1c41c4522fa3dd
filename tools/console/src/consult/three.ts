// The third person: a second connection from the staff's browser to the interpreter's. The sounds are mixed here, so that
// everybody hears the two others and nobody himself; a picture shows the two others side by side, since each end has one
// picture to receive.

import type { CallRelay } from '../generated/messages';
import { connectionTo, type Signal, type Talk } from './talk';

const width = 640;
const height = 240;
const frame_ms = 66;

/** Two pictures side by side, each as large as fits into its half. */
class Pair {
  private readonly canvas = document.createElement('canvas');
  private readonly timer: ReturnType<typeof setInterval>;
  readonly track: MediaStreamTrack | undefined;

  constructor(private readonly left: HTMLVideoElement, private readonly right: HTMLVideoElement) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.timer = setInterval(() => this.draw(), frame_ms);
    this.draw();
    this.track = this.canvas.captureStream(15).getVideoTracks()[0];
  }
  private draw(): void {
    const paint = this.canvas.getContext('2d');
    if (!paint) return;
    paint.fillStyle = '#1a1a1a';
    paint.fillRect(0, 0, width, height);
    for (const [video, at] of [[this.left, 0], [this.right, width / 2]] as const) {
      if (video.videoWidth === 0) continue;
      const scale = Math.min(width / 2 / video.videoWidth, height / video.videoHeight);
      const [w, h] = [video.videoWidth * scale, video.videoHeight * scale];
      paint.drawImage(video, at + (width / 2 - w) / 2, (height - h) / 2, w, h);
    }
  }
  close(): void {
    clearInterval(this.timer);
    this.track?.stop();
  }
}

/** The sounds of several streams as one track. */
function mixed(context: AudioContext, streams: MediaStream[]): MediaStreamTrack | undefined {
  const out = context.createMediaStreamDestination();
  for (const stream of streams) {
    const tracks = stream.getAudioTracks();
    if (tracks.length > 0) context.createMediaStreamSource(new MediaStream(tracks)).connect(out);
  }
  return out.stream.getAudioTracks()[0];
}

function streamOf(...tracks: (MediaStreamTrack | undefined)[]): MediaStream {
  return new MediaStream(tracks.filter((track) => track !== undefined));
}

/** The staff's side. Signals are numbered by the clock, so that they go up after the page was loaded anew. */
export class GuestLink {
  readonly video = document.createElement('video');
  state: RTCPeerConnectionState = 'new';
  private readonly peer: RTCPeerConnection;
  private readonly connection = Date.now();
  private readonly context = new AudioContext();
  private readonly pairs: Pair[] = [];
  private readonly stream = new MediaStream();
  private early: Signal[] = [];
  private closed = false;

  constructor(
    private readonly talk: Talk, relay: CallRelay | null, private readonly send: (signal: Signal) => void,
    private readonly changed: () => void,
  ) {
    this.video.autoplay = this.video.playsInline = true;
    this.video.srcObject = this.stream;
    this.peer = connectionTo(relay);
    this.peer.addEventListener('icecandidate', ({ candidate }) => send({
      type: 'candidate', connection: this.connection, line: candidate?.sdpMLineIndex ?? 0, candidate: candidate?.candidate ?? '',
    }));
    this.peer.addEventListener('track', ({ track }) => {
      this.stream.addTrack(track);
      void this.video.play().catch(() => {});
      void this.mixForKiosk();
    });
    this.peer.addEventListener('connectionstatechange', () => {
      this.state = this.peer.connectionState;
      this.changed();
    });
    void this.offer();
  }

  private async offer(): Promise<void> {
    const own = await this.talk.localStream();
    if (this.closed) return;
    const pair = this.pair(this.talk.remote, this.talk.self);
    const out = streamOf(mixed(this.context, [own, this.talk.remoteStream]), pair.track);
    for (const track of out.getTracks()) {
      const sender = this.peer.addTrack(track, out);
      if (track.kind === 'audio') this.talk.tracked = () => void this.mixForGuest(sender, own);
    }
    await this.peer.setLocalDescription(await this.peer.createOffer());
    this.send({ type: 'description', connection: this.connection, sdp: this.peer.localDescription?.sdp ?? '' });
  }
  /** The resident's sound has come, or comes over a new connection. */
  private async mixForGuest(sender: RTCRtpSender, own: MediaStream): Promise<void> {
    const track = mixed(this.context, [own, this.talk.remoteStream]);
    if (track && !this.closed) await sender.replaceTrack(track);
  }
  /** The resident hears and sees staff and guest. */
  private async mixForKiosk(): Promise<void> {
    if (this.closed) return;
    const own = await this.talk.localStream();
    const pair = this.pair(this.talk.self, this.video);
    await this.talk.sendInstead(streamOf(mixed(this.context, [own, this.stream]), pair.track));
    this.changed();
  }
  private pair(left: HTMLVideoElement, right: HTMLVideoElement): Pair {
    const pair = new Pair(left, right);
    this.pairs.push(pair);
    return pair;
  }

  take(signal: Signal): void {
    if (signal.connection !== this.connection) return;
    if (signal.type === 'description') {
      void this.peer.setRemoteDescription({ type: 'answer', sdp: signal.sdp }).then(() => {
        const early = this.early;
        this.early = [];
        for (const one of early) this.take(one);
      });
    } else if (!this.peer.remoteDescription) {
      this.early.push(signal);
    } else if (signal.candidate !== '') {
      this.peer.addIceCandidate({ candidate: signal.candidate, sdpMLineIndex: signal.line }).catch(() => {});
    }
  }

  close(): void {
    this.closed = true;
    this.talk.tracked = () => {};
    this.peer.close();
    this.pairs.forEach((pair) => pair.close());
    void this.talk.sendInstead(null);
    void this.context.close();
    this.video.srcObject = null;
  }
}
