/** Rates of a machine. */
export interface Calibration {
  readonly source: 'calibration' | 'assumed'
}
export const assumedCalibration: Calibration = { source: 'assumed' }
