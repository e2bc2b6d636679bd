/**
 * Loaded into one process with `--import`: its clock goes wrong by CHAOS_CLOCK_SHIFT_MS, and the product needs no switch
 * for it. Timers and `performance.now()` go on as ever, as they do on a machine whose clock was set wrong.
 */
const shiftMs = Number(process.env.CHAOS_CLOCK_SHIFT_MS)
const RealDate = Date

class ShiftedDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    if (args.length === 0) super(RealDate.now() + shiftMs)
    else super(...(args as [number]))
  }

  static override now(): number {
    return RealDate.now() + shiftMs
  }
}

globalThis.Date = ShiftedDate as DateConstructor
