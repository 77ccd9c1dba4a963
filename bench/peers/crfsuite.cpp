// A driver over CRFsuite's C++ interface (crfsuite.hpp): trains a linear-chain random field by L-BFGS with every state
// transition possible, tags a second file with it and prints, a line an item, its label on the best path and that label's
// marginal probability, an empty line behind each sequence.
//
// Usage: crfsuite TRAIN ASKED MODEL C1 C2 ITERATIONS
//
// Both files are CRFsuite's text form: an item a line, the label and then the attributes, separated by tabs; an empty line
// ends a sequence. "\:" and "\\" stand for ":" and "\"; attributes have no weights. In ASKED the labels are not looked at.
#include <crfsuite.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace {

CRFSuite::Item itemOf(const std::string& line, std::string& label) {
  CRFSuite::Item item;
  std::string field;
  bool first = true;
  const auto end = [&] {
    if (first) label = field;
    else item.push_back(CRFSuite::Attribute(field));
    first = false;
    field.clear();
  };
  for (size_t i = 0; i < line.size(); i++) {
    if (line[i] == '\t') end();
    else if (line[i] == '\\' && i + 1 < line.size()) field += line[++i];
    else field += line[i];
  }
  end();
  return item;
}

template <typename Take>
void eachSequence(const char* path, Take take) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string("not read: ") + path);
  CRFSuite::ItemSequence items;
  CRFSuite::StringList labels;
  const auto end = [&] {
    if (!items.empty()) take(items, labels);
    items.clear();
    labels.clear();
  };
  std::string line, label;
  while (std::getline(file, line)) {
    if (line.empty()) {
      end();
      continue;
    }
    items.push_back(itemOf(line, label));
    labels.push_back(label);
  }
  end();
}

}  // namespace

int main(int count, char** words) try {
  if (count != 7) throw std::runtime_error("usage: crfsuite TRAIN ASKED MODEL C1 C2 ITERATIONS");
  CRFSuite::Trainer trainer;
  if (!trainer.select("lbfgs", "crf1d")) throw std::runtime_error("no such trainer");
  trainer.set("c1", words[4]);
  trainer.set("c2", words[5]);
  trainer.set("max_iterations", words[6]);
  trainer.set("feature.possible_transitions", "1");
  eachSequence(words[1], [&](const auto& items, const auto& labels) { trainer.append(items, labels, 0); });
  if (trainer.train(words[3], -1) != 0) throw std::runtime_error("not trained");
  trainer.clear();
  CRFSuite::Tagger tagger;
  if (!tagger.open(words[3])) throw std::runtime_error("the model does not open");
  eachSequence(words[2], [&](const auto& items, const auto&) {
    const CRFSuite::StringList labels = tagger.tag(items);
    for (size_t t = 0; t < labels.size(); t++) {
      std::cout << labels[t] << '\t' << tagger.marginal(labels[t], static_cast<int>(t)) << '\n';
    }
    std::cout << '\n';
  });
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return EXIT_FAILURE;
}
