// How a script ends when something went wrong: one sentence, and what the failed program said.

/** Runs the work of a script. A mistake becomes words, not a stack. */
export async function main(name, work) {
  try {
    await work(process.argv.slice(2));
  } catch (error) {
    const said = String(error.output ?? '').trimEnd();
    console.error(`\n${name}: ${error.message}${said === '' ? '' : `\n${said}`}`);
    process.exitCode = 1;
  }
}
