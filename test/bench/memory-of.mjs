import { readdirSync, readFileSync } from 'node:fs'

/**
 * Resident memory of a process and all its descendants: what they hold now and the sum of their own peaks, in bytes.
 * Zeroes where there is no /proc (everywhere but Linux) or the process has ended.
 *
 * @param {number} processId
 * @returns {{ nowBytes: number, peakBytes: number }}
 */
export function memoryOf(processId) {
  const memory = { nowBytes: 0, peakBytes: 0 }
  for (const id of [processId, ...descendantsOf(processId)]) {
    const status = read(`/proc/${id}/status`)
    memory.nowBytes += kibibytes(status, 'VmRSS') * 1024
    memory.peakBytes += kibibytes(status, 'VmHWM') * 1024
  }
  return memory
}

function descendantsOf(processId) {
  const tasks = list(`/proc/${processId}/task`)
  const children = tasks.flatMap((task) => read(`/proc/${processId}/task/${task}/children`).split(' ').filter(Boolean).map(Number))
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

function kibibytes(status, field) {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
}

// A process may end between being listed and being read, which is not an error here.
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function list(path) {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
