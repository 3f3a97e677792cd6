/** What a value looks like that is a secret whatever its name; never holds the value itself. */
const FORMS: readonly { readonly form: string; readonly pattern: RegExp }[] = [
  { form: "an AWS access key id", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { form: "a private key", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----/ },
  { form: "a GitHub token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/ },
  { form: "a Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/ },
  { form: "a Slack webhook", pattern: /\bhooks\.slack\.com\/(?:services|workflows)\/\S+/ },
  { form: "a Hugging Face token", pattern: /\bhf_[A-Za-z0-9]{20,}/ },
  { form: "an Anthropic or OpenAI key", pattern: /\bsk-(?:ant-|proj-)?[\w-]{20,}/ },
  { form: "a GitLab token", pattern: /\bglpat-[\w-]{20,}/ },
  { form: "an npm token", pattern: /\bnpm_[A-Za-z0-9]{36}/ },
  { form: "a Stripe key", pattern: /\b[rs]k_live_[A-Za-z0-9]{16,}/ },
  { form: "a Google API key", pattern: /\bAIza[0-9A-Za-z_-]{35}/ },
  { form: "a JSON web token", pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/ },
  { form: "a password in an address", pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i },
];

/** Names of variables whose value is a secret, unless it says where the secret is. */
const SECRET_NAME =
  /(?:^|[_-])(?:(?:DB|USER|ROOT|ADMIN|REDIS|MYSQL|PG)PASS(?:WORD)?|SECRET|PASS(?:WORD|WD|PHRASE)?|PWD|TOKEN|CREDENTIALS?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY)(?:$|[_-])/;
/** Words at the end of a name that make it say something about a secret instead. */
const ABOUT_A_SECRET =
  /[_-](?:ARN|NAME|ID|PATH|PROVIDER|SOURCE|STORE|MANAGER|PREFIX|PARAMETER|PARAM|URL|URI|ENDPOINT|HOST|REGION|VERSION|STAGE|TYPE|TTL|SECONDS|MINUTES|HOURS|DAYS|EXPIRY|EXPIRATION|LENGTH|SIZE|LIMIT|COUNT|HEADER|FIELD|AUDIENCE|ISSUER|ALGORITHM|ENABLED|REQUIRED|FILE)$/;
const ABOUT_CONTENT = /(?:SHA\d*|HASH|DIGEST|CHECKSUM|FINGERPRINT|COMMIT|ETAG|UUID|VERSION)/;
/** Values that point to a secret, or are not text. */
const REFERENCE =
  /^(?:arn:|https?:\/\/|s3:\/\/|\/|\{\{resolve:|true$|false$|\d{1,12}$|none$|null$)/i;

/** Why an environment variable looks like a secret; undefined where it does not. */
export function secretForm(name: string, value: string): string | undefined {
  const known = FORMS.find(({ pattern }) => pattern.test(value))?.form;
  if (known !== undefined) {
    return `its value looks like ${known}`;
  }
  const text = value.trim();
  if (text === "" || REFERENCE.test(text)) {
    return undefined;
  }
  const words = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toUpperCase();
  if (SECRET_NAME.test(words) && !ABOUT_A_SECRET.test(words)) {
    return "its name says so";
  }
  return !ABOUT_CONTENT.test(words) && isRandom(text)
    ? `its value is ${text.length} characters of random text`
    : undefined;
}

const SHORTEST_RANDOM = 32;
/** Bits a character: English words have about 2.5, random base64 of this length more than 4. */
const LEAST_ENTROPY = 4;

/** Long text without words: mixed letters and digits, or hexadecimal digits. */
function isRandom(text: string): boolean {
  if (text.length < SHORTEST_RANDOM) {
    return false;
  }
  if (/^[0-9a-f]+$/i.test(text)) {
    return entropy(text) > 3;
  }
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
  return isMixed && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) && entropy(text) > LEAST_ENTROPY;
}

/** Shannon entropy in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return [...counts.values()].reduce((bits, count) => {
    const share = count / text.length;
    return bits - share * Math.log2(share);
  }, 0);
}
