/** Statements as a plan tries them for a lock that others might queue behind. Keywords are the author's. */
export function triedAgain(statements: readonly string[], { lower = false }: { readonly lower?: boolean } = {}): string {
  const cased = (text: string): string => (lower ? text.toLowerCase() : text)
  return [
    cased('DO $retry$ BEGIN'),
    cased('  FOR attempt IN 1..10 LOOP'),
    cased('    BEGIN'),
    cased("      SET LOCAL lock_timeout = '2s';"),
    ...statements.map((sql) => `      ${sql}`),
    cased('      EXIT;'),
    cased('    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN'),
    cased('      IF attempt = 10 THEN RAISE; END IF;'),
    cased('      PERFORM pg_sleep(attempt);'),
    cased('    END;'),
    cased('  END LOOP;'),
    cased('END $retry$;'),
  ].join('\n')
}
