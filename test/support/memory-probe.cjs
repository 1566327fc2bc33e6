// Loaded before the program: on a signal, says on standard error what is still in use once the collector has been through.
const instances = new Set()
const { Instance } = WebAssembly
WebAssembly.Instance = function (module, imports) {
  const made = new Instance(module, imports)
  instances.add(new WeakRef(made))
  return made
}
WebAssembly.Instance.prototype = Instance.prototype

const megabytes = (bytes) => bytes / 1024 / 1024

process.on('SIGUSR2', async () => {
  // What hangs on a callback that is about to run, or on a weak reference that was looked at in this turn, goes in a later round.
  for (let round = 0; round < 3; round++) {
    globalThis.gc()
    await new Promise(setImmediate)
  }
  let bytes = 0
  let parsers = 0
  for (const one of instances) {
    const memory = Object.values(one.deref()?.exports ?? {}).find((value) => value instanceof WebAssembly.Memory)
    if (!memory) {
      instances.delete(one)
      continue
    }
    parsers++
    bytes += memory.buffer.byteLength
  }
  process.stderr.write(`memory ${JSON.stringify({ heap: megabytes(process.memoryUsage().heapUsed), parser: megabytes(bytes), parsers })}\n`)
})
