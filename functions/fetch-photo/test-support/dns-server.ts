import { createSocket, type RemoteInfo } from "node:dgram";
import { Resolver } from "node:dns/promises";
import type { AddressInfo } from "node:net";

import type { FetchPhotoOptions } from "../options";

const TYPE_A = 1;
const TYPE_AAAA = 28;
const NAME_ERROR = 3;

/** A real DNS server on loopback that answers A queries as told. */
export interface DnsServer {
  /** The names that were asked for, in order. */
  readonly queries: string[];
  /** Resolves through this server, with Node.js's own DNS client. */
  readonly resolve: Required<FetchPhotoOptions>["resolve"];
  close(): void;
}

/**
 * Starts the server.
 *
 * @param answer the IPv4 addresses for a name, given how often it has been asked for before; none for "no such name"
 */
export async function startDnsServer(
  answer: (name: string, earlier: number) => readonly string[],
): Promise<DnsServer> {
  const queries: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (query: Buffer, from: RemoteInfo) => {
    const { name, type, end } = readQuestion(query);
    const earlier = queries.filter((asked) => asked === name).length;
    const addresses = type === TYPE_A ? answer(name, earlier) : [];
    if (type === TYPE_A) queries.push(name);
    const isUnknown = type !== TYPE_AAAA && addresses.length === 0;
    socket.send(reply(query.subarray(0, end), addresses, isUnknown), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${(socket.address() as AddressInfo).port}`]);
  return {
    queries,
    resolve: async (hostname) => {
      const addresses = await resolver.resolve4(hostname);
      return addresses.map((address) => ({ address, family: 4 }));
    },
    close: () => {
      socket.close();
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let offset = 12;
  for (let length = query.readUInt8(offset); length > 0; length = query.readUInt8(offset)) {
    labels.push(query.toString("latin1", offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return { name: labels.join("."), type: query.readUInt16BE(offset + 1), end: offset + 5 };
}

function reply(question: Buffer, addresses: readonly string[], isUnknown: boolean): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8180 | (isUnknown ? NAME_ERROR : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  const records = addresses.map((address) =>
    // Name (a pointer to the question's), type A, class IN, time to live 0, four bytes of address.
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]),
  );
  return Buffer.concat([header, question.subarray(12), ...records]);
}
