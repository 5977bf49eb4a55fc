// bpmn-engine: parse once, then start, user task, gateway, end. The loop is that of its documentation (Engine with sourceContext,
// execute with a listener; getState, recover, resume). Modes: memory; json (state written and read back at the user task).
//
// bpmn_engine.mjs MODE COUNT MODULES, where MODULES is the folder that holds node_modules

import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const [mode, count, modules] = [process.argv[2], Number(process.argv[3]), process.argv[4]]
const require = createRequire(resolve(modules, 'package.json'))
const { Engine } = require('bpmn-engine')
const elements = require('bpmn-elements')
const moddle = require('bpmn-moddle')
const serializing = require('moddle-context-serializer')

async function source() {
  const model = readFileSync(new URL('./app/claim.bpmn', import.meta.url), 'utf8')
  const text = model.replace('=record.amount &gt; 50', '${environment.services.isLarge()}')
  const BpmnModdle = moddle.BpmnModdle ?? moddle.default ?? moddle
  const serialize = serializing.default ?? serializing.Serializer ?? serializing
  return serialize(await new BpmnModdle().fromXML(text), serializing.TypeResolver({ ...elements }))
}

async function inMemory(sourceContext, number, services) {
  const engine = new Engine({ name: 'claim', sourceContext, services })
  const listener = new EventEmitter()
  listener.on('activity.wait', (api) => api.signal({ amount: number % 100 }))
  const done = engine.waitFor('end')
  await engine.execute({ listener })
  await done
  return { engine, bytes: 0 }
}

async function throughJson(sourceContext, number, services) {
  const first = new Engine({ name: 'claim', sourceContext, services })
  await first.execute({ listener: new EventEmitter() })
  const state = JSON.stringify(await first.getState())
  await first.stop()
  const engine = new Engine({ name: 'claim' }).recover(JSON.parse(state), { services })
  const done = engine.waitFor('end')
  const execution = await engine.resume({ listener: new EventEmitter() })
  execution.getPostponed().find((it) => it.id === 'approve').signal({ amount: number % 100 })
  await done
  return { engine, bytes: state.length }
}

const sourceContext = await source()
let large = 0
let size = 0
const wall = performance.now()
const cpu = process.cpuUsage()
for (let number = 0; number < count; number += 1) {
  // The gateway asks a service, as this engine's expressions do not compare.
  const services = {
    isLarge() {
      const chosen = number % 100 > 50
      large += chosen
      return chosen
    },
  }
  const { bytes } = await (mode === 'memory' ? inMemory : throughJson)(sourceContext, number, services)
  size += bytes
}
const spent = process.cpuUsage(cpu)
console.log(
  JSON.stringify({
    count,
    large,
    wall_s: (performance.now() - wall) / 1000,
    cpu_s: (spent.user + spent.system) / 1e6,
    rss_mb: process.resourceUsage().maxRSS / 1024,
    state_bytes: size / count,
  }),
)
