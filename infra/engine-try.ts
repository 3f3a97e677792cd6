import { Engine } from "./testing/engine";
(async () => {
  const e = await Engine.start();
  try {
    e.configure({ environment: "dev", endpoints: { main: { model: "samples/model" } } });
    console.time("preview"); console.timeEnd("preview"); let a;
    console.time("up"); a = await e.up(); console.timeEnd("up"); console.log(a.code, a.output); console.log([...e.provider.existing.keys()].length);
    console.time("destroy"); a = await e.destroy(); console.timeEnd("destroy"); console.log(a.code, a.output.slice(-1500)); console.log([...e.provider.existing.keys()]);
  } finally { e.stop(); }
})();
