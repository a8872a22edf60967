// The demo's token server, as if it were the application's own.
export default { '/api': { target: process.env.DEMO_SERVER ?? 'http://localhost:4173' } };
