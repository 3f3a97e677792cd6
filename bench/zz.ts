import { Engine } from "../infra/testing/engine";
async function main() {
  const engine = await Engine.start();
  engine.configure({
    environment: "dev",
    endpoints: {
      main: {
        model: "/work/main/samples/model",
        scaling: { minInstances: 1, maxInstances: 2 },
        function: {},
      },
    },
  });
  const run = (engine as any).onStack.bind(engine);
  for (let i = 0; i < 2; i++) {
    let t = performance.now();
    await engine.preview();
    console.log("with pack", performance.now() - t);
    t = performance.now();
    await run("preview");
    console.log("without", performance.now() - t);
    t = performance.now();
    await run("config");
    console.log("config", performance.now() - t);
  }
  t0 = Date.now();
  const r = await run("preview", "--policy-pack", "/work/main/policies", "--logtostderr", "-v=6");
  require("fs").writeFileSync("/tmp/engine.log", r.output);
  engine.stop();
}
let t0 = 0;
void main();
