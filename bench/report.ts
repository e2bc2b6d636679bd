import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './lab/servers.ts'

/** What one bench found: lines for people, everything else for machines. */
export interface Findings {
  bench: string
  settings: Record<string, unknown>
  /** The first line is the heading. */
  table: string[][]
  /** What a reader must know to read the table rightly. */
  notes: string[]
  runs: unknown[]
}

export const RESULTS = join(ROOT, 'bench/results')

/** Prints the table and keeps everything as JSON; returns the file. */
export function publish(findings: Findings): string {
  const { table, notes } = findings
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)))
  const lines = table.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  console.log(`\n${lines.join('\n')}\n\n${notes.map((note) => `- ${note}`).join('\n')}`)
  mkdirSync(RESULTS, { recursive: true })
  const at = new Date().toISOString()
  const file = join(RESULTS, `${at.slice(0, 19).replaceAll(':', '')}-${findings.bench.replaceAll(' ', '-')}.json`)
  writeFileSync(file, `${JSON.stringify({ ...findings, at, machine: machine() }, null, 2)}\n`)
  console.log(`\nKept in ${file}`)
  return file
}

function machine(): Record<string, unknown> {
  const say = (command: string, args: string[]) => {
    try {
      return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8' }).trim()
    } catch {
      return 'unknown'
    }
  }
  return {
    processor: cpus()[0]?.model.trim(),
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    redis: /v=(\S+)/.exec(say('redis-server', ['--version']))?.[1],
    /** Others on the machine make every number worse: over the number of cores before a bench means a noisy result. */
    loadAverage: loadavg().map((load) => Number(load.toFixed(2))),
    commit: say('git', ['rev-parse', '--short', 'HEAD']),
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The value that so great a share of them does not exceed; 1 is the greatest. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const whole = (value: number): string =>
  Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en-GB').replaceAll(',', ' ')
export const tenths = (value: number): string => value.toFixed(1)
export const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${Math.round(100 * share)} %`)
export const times = (value: number): string => `${value.toFixed(1)} ×`
export const megabytes = (bytes: number): string => `${whole(bytes / 2 ** 20)} MB`
