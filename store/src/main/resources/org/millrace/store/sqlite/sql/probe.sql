-- Writes about as much as a group of commits does: a disk with room for a few pages is still full.
UPDATE probe SET filler = randomblob(:bytes) WHERE one = 1
