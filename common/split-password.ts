/** A URL as it may be shown and kept, and the password that stood in it, before the host or as a parameter. */
export function splitPassword(text: string): { readonly url: string; readonly password?: string } {
  const url = new URL(text.trim())
  const password = decoded(url.password) || url.searchParams.get('password') || undefined
  url.password = ''
  // Without one the rest of the parameters stays as it was written.
  for (const name of ['password', 'sslpassword']) if (url.searchParams.has(name)) url.searchParams.delete(name)
  return { url: url.toString(), ...(password !== undefined && { password }) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign: the text is as it stands.
    return text
  }
}
