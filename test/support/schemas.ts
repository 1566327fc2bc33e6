import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import type { ErrorObject } from 'ajv'

/** What is wrong with a value by one of the published schemas; empty where nothing is. */
export const snapshotSchema = validator('snapshot')
export const reportSchema = validator('report')

function validator(name: 'snapshot' | 'report'): (value: unknown) => string[] {
  const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true, keywords: ['defaultSnippets'], formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) } })
  const validate = ajv.compile(schemaOf(name))
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map((error: ErrorObject) => `${error.instancePath || '/'} ${error.message ?? error.keyword}`))
}

export interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly definitions?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly $ref?: string
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly string[]
}

export function schemaOf(name: 'snapshot' | 'report'): Schema {
  return JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8')) as Schema
}
