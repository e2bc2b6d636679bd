import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[]
  samples: number[]
  timeDeltas: number[]
}

const LINES = 25

/** Prints, for each V8 profile in the folder, the busiest places and files by their own time. Idle time is left out. */
export function describeProfiles(folder: string): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
    const places = new Map<number, string>()
    for (const { id, callFrame } of profile.nodes) {
      places.set(
        id,
        `${callFrame.functionName || '(anonymous)'} ${shortened(callFrame.url)}:${callFrame.lineNumber + 1}`,
      )
    }
    const byPlace = new Map<string, number>()
    const byFile = new Map<string, number>()
    let busy = 0
    profile.samples.forEach((id, i) => {
      const place = places.get(id) ?? '(unknown)'
      if (place.startsWith('(idle)')) return
      const took = profile.timeDeltas[i] ?? 0
      busy += took
      add(byPlace, place, took)
      add(byFile, place.replace(/^.* /, '').replace(/:\d+$/, '') || place, took)
    })
    console.log(`\n${file}: ${Math.round(busy / 1000)} ms busy`)
    print(byPlace, busy)
    console.log('by package or file:')
    print(byFile, busy)
  }
}

const shortened = (url: string): string =>
  url
    .replace(/^file:\/\//, '')
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*\/src\//, 'src/')

function add(sums: Map<string, number>, key: string, took: number): void {
  sums.set(key, (sums.get(key) ?? 0) + took)
}

function print(sums: Map<string, number>, all: number): void {
  const largest = [...sums].sort(([, a], [, b]) => b - a).slice(0, LINES)
  for (const [key, took] of largest) console.log(`${((100 * took) / all).toFixed(1).padStart(6)} %  ${key}`)
}
