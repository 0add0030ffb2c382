import { serveFolder } from './server';

// Another program may have the usual port; then any that is free will do, unless one was asked for.
const { PORT, HOST } = process.env;
const { address } = await serveFolder(Number(PORT ?? 4173), HOST).catch((error: NodeJS.ErrnoException) => {
  if (PORT !== undefined || error.code !== 'EADDRINUSE') throw error;
  return serveFolder(0, HOST);
});
console.log(`\n  Why did the network say so?  ${address}\n\n  Ctrl+C ends it.`);
