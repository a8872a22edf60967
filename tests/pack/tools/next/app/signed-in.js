'use client';

import { useEffect, useState } from 'react';
import { keepSignedIn } from '../src/session.js';

export default function SignedIn() {
  const [text, setText] = useState('Starting');
  useEffect(() => {
    keepSignedIn(setText);
  }, []);
  return <title>{text}</title>;
}
