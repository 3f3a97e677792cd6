import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  readonly milliseconds: number;
  readonly retryAfter: string | undefined;
}

/** A whole request, to be sent as often as wanted. */
export function photoRequest(path: string, photo: Buffer): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Content-Type: image/jpeg",
    `Content-Length: ${photo.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), photo]);
}

/**
 * A client's connection, which is kept. It does no more than a benchmark needs, because it works on the processors that are measured: an answer must have
 * a Content-Length, as those of all servers here have. A general client takes half a millisecond a photo.
 */
export class Connection {
  private socket?: Socket;
  private received: Buffer = Buffer.alloc(0);
  /** Takes the answer's head, once all of it has come; undefined if the connection fails before. */
  private waiting?: (head: string | undefined) => void;

  constructor(private readonly port: number) {}

  /** Sends a request and waits for its answer; a connection that fails is status 0. */
  async ask(request: Buffer): Promise<Answer> {
    const startedAt = performance.now();
    const socket = (this.socket ??= await this.open());
    this.received = Buffer.alloc(0);
    const head = await new Promise<string | undefined>((resolve) => {
      this.waiting = resolve;
      if (socket.destroyed) this.end();
      else socket.write(request);
    });
    const milliseconds = performance.now() - startedAt;
    if (head === undefined) return { status: 0, milliseconds, retryAfter: undefined };
    if (/^connection: close/im.test(head)) socket.destroy();
    const status = Number(head.slice(9, 12));
    return { status, milliseconds, retryAfter: /^retry-after: (.*)/im.exec(head)?.[1] };
  }

  close(): void {
    this.socket?.destroy();
  }

  private async open(): Promise<Socket> {
    const socket = connect({ port: this.port, host: "127.0.0.1", noDelay: true });
    socket.on("data", (chunk) => this.take(chunk));
    socket.on("close", () => this.end());
    socket.on("error", () => undefined); // A close follows.
    await Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => undefined);
    return socket;
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length > 0 ? Buffer.concat([this.received, chunk]) : chunk;
    const end = this.received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.received.toString("latin1", 0, end);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    if (Number.isNaN(length)) throw new Error(`an answer has no Content-Length:\n${head}`);
    if (this.received.length >= end + 4 + length) this.waiting?.(head);
  }

  private end(): void {
    delete this.socket;
    this.waiting?.(undefined);
  }
}
