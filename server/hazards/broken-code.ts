import type { Hazard } from './hazard'
import { fromConsequences } from './consequences'

/** Application code that is running would fail from this moment on. */
export const brokenCode: Hazard = {
  name: 'broken-code',
  title: 'Running application code fails',
  find: (assessed) =>
    fromConsequences('broken-code', () => 'warning', assessed.breaks).map((finding) => (assessed.plan ? { ...finding, message: `${finding.message} ${assessed.plan.title}.` } : finding)),
}
