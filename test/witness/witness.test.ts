import { cleanPglite } from '../support/pglite'
import { tryPages } from './try-pages'

const version = 18

tryPages({ name: 'PGlite', version, clean: cleanPglite }, (one) => one.version === undefined || one.version === version)
